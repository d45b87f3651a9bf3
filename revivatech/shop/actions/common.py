"""What the verbs share: lock, apply checked values, record before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.platform.realtime.announce import announce

from .. import topics
from ..events import SettingsChanged
from ..models import Business
from ..queries import business


def lock_business() -> Business:
    """The one row, locked: the log of the shop counts its events under this lock."""
    if not connection.in_atomic_block:
        raise RuntimeError("lock_business() needs a transaction")
    business()
    return Business.objects.select_for_update().get(pk=1)


def apply(
    row: models.Model,
    changes: Mapping[str, Any],
    *,
    allowed: frozenset[str],
    part: str,
    by: Actor,
    location_id: int | None = None,
) -> bool:
    """Set the allowed fields, check them as the model says, save and record. False when nothing was different."""
    strange = set(changes) - allowed
    if strange:
        raise ValueError(f"not settings of {part}: {sorted(strange)}")
    before = {name: getattr(row, name) for name in changes}
    changed = {name: value for name, value in changes.items() if value != before[name]}
    for name, value in changed.items():
        setattr(row, name, value)
    check(row, only=frozenset(changed))
    if not changed:
        return False
    row.save(update_fields=list(changed))
    tell(part, {name: before[name] for name in changed}, changed, by=by, location_id=location_id)
    return True


def check(row: models.Model, *, only: frozenset[str] | None = None) -> None:
    """The model's own rules, as `Invalid` by field."""
    exclude = {field.name for field in row._meta.fields if only is not None and field.name not in only}
    try:
        row.clean_fields(exclude=exclude)
        row.validate_constraints()
    except ValidationError as problem:
        errors = problem.message_dict
        raise Invalid({"" if name == "__all__" else name: texts for name, texts in errors.items()}) from None


def tell(
    part: str, before: Mapping[str, Any], after: Mapping[str, Any], *, by: Actor, location_id: int | None = None
) -> None:
    record(
        SettingsChanged(part=part, location_id=location_id, before=_plain(before), after=_plain(after)),
        by=by,
    )
    announce(topics.SHOP)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | bool | list | dict | None) else str(value)
        for name, value in values.items()
    }
