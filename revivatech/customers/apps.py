from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "revivatech.customers"
    label = "customers"
