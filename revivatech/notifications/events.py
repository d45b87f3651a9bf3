"""What staff do to messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageResent(Event):
    name: ClassVar[str] = "message.resent"
    says = _("A message was sent again")
    subject_field: ClassVar[str] = "message_id"
    message_id: int
    template: str
