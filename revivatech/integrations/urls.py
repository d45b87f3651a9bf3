"""Pages of keys and webhooks."""

from __future__ import annotations

from django.urls import path

from .views import keys, webhooks

app_name = "integrations"
_ROOT = "workbench/settings/integrations/"
urlpatterns = [
    path(_ROOT, keys.index, name="index"),
    path(f"{_ROOT}keys/new/", keys.new_key, name="new_key"),
    path(f"{_ROOT}keys/<int:pk>/revocation/", keys.revocation, name="revocation"),
    path(f"{_ROOT}webhooks/new/", webhooks.new, name="new_webhook"),
    path(f"{_ROOT}webhooks/<int:pk>/", webhooks.show, name="webhook"),
    path(f"{_ROOT}webhooks/<int:pk>/change/", webhooks.change, name="webhook_change"),
    path(f"{_ROOT}webhooks/<int:pk>/test/", webhooks.test, name="webhook_test"),
    path(f"{_ROOT}webhooks/<int:pk>/secret/", webhooks.secret, name="webhook_secret"),
    path(f"{_ROOT}webhooks/<int:pk>/removal/", webhooks.removal, name="webhook_removal"),
    path(f"{_ROOT}deliveries/<int:pk>/", webhooks.delivery, name="delivery"),
    path(f"{_ROOT}deliveries/<int:pk>/replay/", webhooks.replay, name="replay"),
]
