from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "revivatech.shop"
    label = "shop"
