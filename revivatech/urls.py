"""Every address, by package. Includes only."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("revivatech.accounts.urls")),
    path("health/", include("revivatech.platform.web.health")),
    path("", include("revivatech.repairs.urls")),
]

handler429 = "revivatech.accounts.views.entrance.too_many"  # allauth asks for it
