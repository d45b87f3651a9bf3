"""What an event is: a name, a typed payload, and where it happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. Fields are JSON types only (int, str, bool, None, list, dict; moments as ISO strings).

    `subject` names what it happened to: the first part of `name` by default, so `repair.stage_changed`
    belongs to the log of one repair. Subclasses say which field holds that thing's id in `subject_field`; what happened, for
    staff to read, in `says`; and for fields that hold codes what each code means, in `codes`.
    """

    name: ClassVar[str]
    says: ClassVar[Promise]
    subject_field: ClassVar[str]
    codes: ClassVar[Mapping[str, Mapping[Any, Promise]]] = {}

    @property
    def subject(self) -> tuple[str, int]:
        return self.name.partition(".")[0], getattr(self, self.subject_field)

    def payload(self) -> dict[str, Any]:
        return asdict(self)
