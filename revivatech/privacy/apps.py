from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "revivatech.privacy"
    label = "privacy"
