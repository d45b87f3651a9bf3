from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "revivatech.site"
    label = "site"
