"""Every address, by package. Includes only. Programs' addresses first; those of people exist once for each language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from revivatech.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("revivatech.accounts.app_urls")),
    path("api/v1/", include("revivatech.integrations.reference_urls")),
    path("api/v1/", api.urls),
    path("health/", include("revivatech.platform.web.health")),
    *i18n_patterns(
        path("", include("revivatech.repairs.urls")),  # what is asked most first: they are tried in turn
        path("", include("revivatech.booking.urls")),
        path("", include("revivatech.accounts.urls")),
        path("", include("revivatech.catalogue.urls")),
        path("", include("revivatech.customers.urls")),
        path("", include("revivatech.integrations.urls")),
        path("", include("revivatech.notifications.urls")),
        path("", include("revivatech.platform.files.urls")),
        path("", include("revivatech.privacy.urls")),
        path("", include("revivatech.quotes.urls")),
        path("", include("revivatech.shop.urls")),
        path("", include("revivatech.site.urls")),
        prefix_default_language=False,
    ),
]

handler429 = "revivatech.accounts.views.entrance.too_many"  # allauth asks for it
handler404 = "revivatech.platform.web.problems.page_not_found"
handler403 = "revivatech.platform.web.problems.permission_denied"
handler400 = "revivatech.platform.web.problems.bad_request"
handler500 = "revivatech.platform.web.problems.server_error"
