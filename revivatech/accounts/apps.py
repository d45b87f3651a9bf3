from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "revivatech.accounts"
    label = "accounts"
