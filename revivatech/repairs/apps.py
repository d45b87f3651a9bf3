from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RepairsConfig(AppConfig):
    name = "revivatech.repairs"
    label = "repairs"

    def ready(self) -> None:
        from revivatech.platform.files import policies

        from . import photos

        policies.register(photos.KIND, may_see=photos.may_see, may_add=photos.may_add)

        from .checklists.starter import after_migrate

        # The framework's own hook: it also runs when the test runner has emptied the tables.
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="repairs.checklists")
