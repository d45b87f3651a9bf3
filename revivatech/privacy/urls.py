"""Addresses of privacy."""

from __future__ import annotations

from django.urls import path

from . import guest_views, views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.index, name="data"),
    path("account/data/copy/", views.export, name="export"),
    path("account/data/copy/<int:request_id>/", views.archive, name="archive"),
    path("account/data/erasure/", views.erasure, name="erasure"),
    path("goodbye/", views.goodbye, name="goodbye"),
    path("workbench/customers/<int:pk>/data/", guest_views.page, name="guest"),
    path("workbench/customers/<int:pk>/data/copy/", guest_views.export, name="guest_export"),
    path("workbench/customers/<int:pk>/data/copy/<int:request_id>/", guest_views.archive, name="guest_archive"),
]
