from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "revivatech.integrations"
    label = "integrations"
