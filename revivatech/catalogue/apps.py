from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "revivatech.catalogue"
    label = "catalogue"
