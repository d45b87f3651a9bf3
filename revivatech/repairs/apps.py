from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "revivatech.repairs"
    label = "repairs"
