"""Set-up and settings."""

from __future__ import annotations

from django.urls import path

from .views import settings, setup

app_name = "shop"
urlpatterns = [
    path("setup/", setup.start, name="setup"),
    path("setup/opening/", setup.opening, name="opening"),
    path("setup/<slug:key>/", setup.step, name="setup_step"),
    path("workbench/settings/", settings.index, name="settings"),
    path("workbench/settings/mail/removal/", settings.mail_off, name="mail_off"),
    path("workbench/settings/locations/new/", settings.location_new, name="location_new"),
    path("workbench/settings/locations/<int:pk>/activity/", settings.location_activity, name="location_activity"),
    path("workbench/settings/locations/<int:pk>/closures/new/", settings.closure_new, name="closure_new"),
    path(
        "workbench/settings/locations/<int:pk>/closures/<int:closure_id>/removal/",
        settings.closure_removal,
        name="closure_removal",
    ),
    path("workbench/settings/locations/<int:pk>/<slug:key>/", settings.location_part, name="location_part"),
    path("workbench/settings/terms/<int:number>/", settings.terms_version, name="terms_version"),
    path("workbench/settings/<slug:key>/", settings.part, name="settings_part"),
]
