from __future__ import annotations

from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "revivatech.repairs"
    label = "repairs"

    def ready(self) -> None:
        from revivatech.platform.files import policies

        from . import photos

        policies.register(photos.KIND, may_see=photos.may_see, may_add=photos.may_add)
