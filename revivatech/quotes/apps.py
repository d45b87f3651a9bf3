from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "revivatech.quotes"
    label = "quotes"
