from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "revivatech.platform"
    label = "platform"
