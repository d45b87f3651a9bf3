"""Addresses of privacy."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "privacy"
urlpatterns = [
    path("account/data/", views.index, name="data"),
    path("account/data/copy/", views.export, name="export"),
    path("account/data/copy/<int:request_id>/", views.archive, name="archive"),
    path("account/data/erasure/", views.erasure, name="erasure"),
    path("goodbye/", views.goodbye, name="goodbye"),
]
