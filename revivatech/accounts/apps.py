from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "revivatech.accounts"
    label = "accounts"

    def ready(self) -> None:
        from . import allauth_signals
        from .roles import after_migrate

        allauth_signals.connect()

        # The framework's own hook: it also runs when the test runner has emptied the tables.
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="accounts.roles")
