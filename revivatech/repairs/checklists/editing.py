"""The owner's pen: add, rename, hide, reorder. Nothing is deleted, for earlier results speak of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound

from ..events import ChecklistChanged
from ..models import ChecklistItem, ChecklistTemplate
from .starter import key_of

PERMISSION = "repairs.checklists"
MOST_ITEMS = 60


def items(category: str) -> list[ChecklistItem]:
    """All of a category in order, hidden ones too."""
    return list(ChecklistItem.objects.filter(template__category=category))


@contextmanager
def _editing(category: str, by: Actor) -> Iterator[ChecklistTemplate]:
    require(by, PERMISSION)
    with transaction.atomic():
        template = ChecklistTemplate.objects.select_for_update(no_key=True).filter(category=category).first()
        if template is None:
            raise NotFound
        yield template


def _changed(template: ChecklistTemplate, changes: dict[str, list[str]], by: Actor) -> None:
    if changes:
        record(ChecklistChanged(checklist_id=template.pk, category=template.category, changes=changes), by=by)


def add_item(category: str, *, label: str, group: str, by: Actor) -> ChecklistItem:
    """Put a function at the end of its group, or of the list. Its key is made of the label and never changes."""
    with _editing(category, by) as template:
        rows = list(template.items.all())
        if len(rows) >= MOST_ITEMS:
            raise Invalid({"label": [_("A list longer than %(most)s is never gone through.") % {"most": MOST_ITEMS}]})
        words, heading = _words(rows, label, group, None)
        key = key_of(words) or f"item_{len(rows) + 1}"
        taken = {row.key for row in rows}
        if key in taken:  # one that was renamed since, or a label in letters of another script
            key = next(f"{key[:36]}_{number}" for number in range(2, 100) if f"{key[:36]}_{number}" not in taken)
        item = ChecklistItem(template=template, key=key, label=words, group=heading)
        after = max((index for index, row in enumerate(rows) if row.group == heading), default=len(rows) - 1)
        item.save()
        rows.insert(after + 1, item)
        _renumber(rows)
        _changed(template, {words: ["", "added"]}, by)
        return item


def rename_item(category: str, pk: int, *, label: str, group: str, by: Actor) -> None:
    with _editing(category, by) as template:
        rows = list(template.items.all())
        item = _one(rows, pk)
        words, heading = _words(rows, label, group, item)
        before = item.label
        if (words, heading) == (item.label, item.group):
            return
        _changed(template, {before: [f"{item.group}: {item.label}", f"{heading}: {words}"]}, by)
        item.label, item.group = words, heading
        item.save(update_fields=["label", "group"])


def show_item(category: str, pk: int, *, active: bool, by: Actor) -> None:
    """Ask for it from now on, or no longer."""
    with _editing(category, by) as template:
        item = _one(list(template.items.all()), pk)
        if item.active != active:
            item.active = active
            item.save(update_fields=["active"])
            _changed(template, {item.label: ["", "shown" if active else "hidden"]}, by)


def move_item(category: str, pk: int, *, by_places: int, by: Actor) -> None:
    """Up (negative) or down in the list; at the ends it stays."""
    with _editing(category, by) as template:
        rows = list(template.items.all())
        item = _one(rows, pk)
        before = rows.index(item)
        after = min(max(before + by_places, 0), len(rows) - 1)
        if after != before:
            rows.insert(after, rows.pop(before))
            _renumber(rows)
            _changed(template, {item.label: [f"place {before + 1}", f"place {after + 1}"]}, by)


def _one(rows: list[ChecklistItem], pk: int) -> ChecklistItem:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise NotFound
    return found


def _words(rows: list[ChecklistItem], label: str, group: str, of: ChecklistItem | None) -> tuple[str, str]:
    words, heading = " ".join(label.split()), " ".join(group.split())
    if not 2 <= len(words) <= 80:
        raise Invalid({"label": [_("Name the function in 2 to 80 characters.")]})
    if len(heading) > 40:
        raise Invalid({"group": [_("Keep it under %(most)s characters.") % {"most": 40}]})
    if any(row.label.casefold() == words.casefold() for row in rows if row is not of):
        raise Invalid({"label": [_("This function is on the list already; it may be hidden.")]})
    return words, heading


def _renumber(rows: list[ChecklistItem]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position
    ChecklistItem.objects.bulk_update(rows, ["position"])
