"""What happens to what we know of technicians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.catalogue.choices import Category
from revivatech.platform.events import Event

from .models import Level


@dataclass(frozen=True, kw_only=True)
class SkillChanged(Event):
    """A manager said how well somebody does a service (`""`: every one) on a kind of device (`""`: every kind): level
    before and after, None when nothing is stored."""

    name: ClassVar[str] = "user.skill_changed"
    says = _("A technician’s skill was changed")
    codes = {"category": dict(Category.choices), "before": dict(Level.choices), "after": dict(Level.choices)}
    subject_field: ClassVar[str] = "user_id"
    user_id: int
    service_key: str
    category: str
    before: int | None
    after: int | None
