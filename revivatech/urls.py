"""Every address, by package. Includes only."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", include("revivatech.platform.web.health")),
]
