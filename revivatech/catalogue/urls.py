"""Addresses of the catalogue and the prices."""

from __future__ import annotations

from django.urls import path

from .views import devices, imports, prices, public, services

app_name = "catalogue"

urlpatterns = [
    path("devices/suggestions/", public.suggestions, name="suggestions"),
    path("workbench/catalogue/", devices.index, name="list"),
    path("workbench/catalogue/new/", devices.new, name="new"),
    path("workbench/catalogue/imports/", imports.index, name="imports"),
    path("workbench/catalogue/imports/<int:pk>/", imports.preview, name="import"),
    path("workbench/catalogue/export.csv", imports.export, name="export"),
    path("workbench/catalogue/<int:pk>/", devices.show, name="show"),
    path("workbench/catalogue/<int:pk>/details/", devices.details, name="details"),
    path("workbench/catalogue/<int:pk>/visibility/", devices.visibility, name="visibility"),
    path("workbench/catalogue/<int:pk>/merger/", devices.merger, name="merger"),
    path("workbench/catalogue/<int:pk>/separation/", devices.separation, name="separation"),
    path("workbench/services/", services.index, name="services"),
    path("workbench/services/new/", services.new, name="service_new"),
    path("workbench/services/<int:pk>/", services.service, name="service"),
    path("workbench/services/<int:pk>/visibility/", services.visibility, name="service_visibility"),
    path("workbench/services/<int:pk>/place/", services.place, name="service_place"),
    path("workbench/prices/", prices.index, name="prices"),
    path("workbench/prices/new/", prices.new, name="rule_new"),
    path("workbench/prices/starter/", prices.starter_review, name="starter_review"),
    path("workbench/prices/trial/", prices.trial, name="trial"),
    path("workbench/prices/<int:pk>/", prices.rule, name="rule"),
    path("workbench/prices/<int:pk>/retirement/", prices.retirement, name="retirement"),
]
