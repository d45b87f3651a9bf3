"""What happens to saved filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class FilterSaved(Event):
    """Saved or renamed. `location_id` is where it is shared; None is the person's own."""

    name: ClassVar[str] = "filter.saved"
    says = _("A filter was saved")
    subject_field: ClassVar[str] = "filter_id"

    filter_id: int
    location_id: int | None


@dataclass(frozen=True, kw_only=True)
class FilterRemoved(Event):
    name: ClassVar[str] = "filter.removed"
    says = _("A saved filter was removed")
    subject_field: ClassVar[str] = "filter_id"

    filter_id: int
    location_id: int | None
