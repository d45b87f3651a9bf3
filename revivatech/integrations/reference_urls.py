"""The reference of the API, beside the API itself: one address in all languages."""

from __future__ import annotations

from django.urls import path

from .views import reference

app_name = "reference"
urlpatterns = [
    path("openapi.json", reference.openapi, name="openapi"),
    path("docs", reference.docs, name="docs"),
]
