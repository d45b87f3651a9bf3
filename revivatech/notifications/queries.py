"""The one door to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from revivatech.platform.actors import Actor

if TYPE_CHECKING:
    from .models import Message  # noqa: F401 - the base class names it in a string


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor, permission: str = "messages.view") -> MessageQuerySet:
        """Messages of the locations where the permission is held."""
        locations = actor.locations_for(permission)
        return self if locations is None else self.filter(location_id__in=locations)
