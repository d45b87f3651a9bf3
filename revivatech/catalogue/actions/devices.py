"""Add, edit, hide, show, merge and un-merge a device model."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Conflict, Invalid, NotFound

from ..events import (
    DeviceModelAdded,
    DeviceModelChanged,
    DeviceModelHidden,
    DeviceModelMerged,
    DeviceModelShown,
    DeviceModelUnmerged,
)
from ..models import DeviceIdentifier, DeviceModel
from ..policies import check_catalogue
from ..problems import AlreadyMerged, NotMerged
from ..rows import DeviceRow, write_row
from ..store import Makers, identifiers_by_model, rebuild_terms, replace_identifiers


@transaction.atomic
def add_model(row: DeviceRow, *, by: Actor) -> DeviceModel:
    """A model of the shop's own. Raises `Invalid` when the brand has one of that name."""
    check_catalogue(by)
    lock("catalogue:makers")  # two people adding one new brand at once
    makers = Makers()
    makers.add_missing([row])
    _check_free(makers, row)
    values = {**makers.values(row), "source": row.source or by.label[:200]}
    model = DeviceModel.objects.create(**values, edited_at=clock.now())
    replace_identifiers({model.pk: row.identifiers})
    rebuild_terms([model.pk])
    record(DeviceModelAdded(model_id=model.pk, after=_cells(model)), by=by)
    return model


@transaction.atomic
def edit_model(model_id: int, row: DeviceRow, *, by: Actor) -> DeviceModel:
    """Change what a model is called and where it belongs. The slug stays, for links that are out there."""
    check_catalogue(by)
    lock("catalogue:makers")
    model = _locked(model_id, by)
    if model.merged_into_id is not None:
        raise AlreadyMerged
    before = _cells(model)
    makers = Makers()
    makers.add_missing([row])
    values = {name: value for name, value in makers.values(row).items() if name in _EDITABLE}
    taken = DeviceModel.objects.filter(brand_id=values["brand_id"], slug=model.slug).exclude(pk=model.pk)
    if taken.exists():
        raise Invalid({"brand": [_("This brand has a device of that name already.")]})
    for name, value in values.items():
        setattr(model, name, value)
    model.edited_at = clock.now()
    model.save()
    replace_identifiers({model.pk: row.identifiers})
    rebuild_terms([model.pk])
    model = DeviceModel.objects.select_related("brand", "family").get(pk=model.pk)
    after = _cells(model)
    if after != before:
        changed = [name for name in after if after[name] != before[name]]
        record(
            DeviceModelChanged(
                model_id=model.pk,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            ),
            by=by,
        )
    return model


_EDITABLE = frozenset(
    {"brand_id", "family_id", "category", "name", "year", "released", "support_end", "aliases"}
)  # fmt: skip


@transaction.atomic
def hide_model(model_id: int, *, by: Actor) -> None:
    """Take a model off the public lists. Bookings and repairs that name it keep it."""
    check_catalogue(by)
    model = _locked(model_id, by)
    if model.hidden:
        return
    _set_hidden(model, True)
    record(DeviceModelHidden(model_id=model.pk), by=by)


@transaction.atomic
def show_model(model_id: int, *, by: Actor) -> None:
    check_catalogue(by)
    model = _locked(model_id, by)
    if not model.hidden:
        return
    _set_hidden(model, False)
    record(DeviceModelShown(model_id=model.pk), by=by)


@transaction.atomic
def merge_model(model_id: int, *, into: int, by: Actor) -> None:
    """Two rows are one device: the other one gains this one's identifiers and names, this one leads to it from now on."""
    check_catalogue(by)
    if model_id == into:
        raise Invalid({"into": [_("Choose another device than this one.")]})
    rows = {
        row.pk: row for row in _rows(by).filter(pk__in=[model_id, into]).order_by("pk").select_for_update(of=("self",))
    }
    if len(rows) < 2:
        raise NotFound
    model, target = rows[model_id], rows[into]
    if model.merged_into_id is not None:
        raise AlreadyMerged
    if target.merged_into_id is not None or target.hidden:
        raise Conflict(_("Choose a device that customers can see."))
    moved = _move_identifiers(model, target, None)
    known = {name.casefold() for name in (target.name, target.full_name, *target.aliases)}
    aliases = [name for name in dict.fromkeys((model.name, *model.aliases)) if name.casefold() not in known]
    _touch(target, aliases=[*target.aliases, *aliases])
    _touch(model, merged_into=target)
    rebuild_terms([model.pk, target.pk])
    event = DeviceModelMerged(model_id=model.pk, into_id=target.pk, identifiers=moved, aliases=aliases)
    record(event, by=by)


@transaction.atomic
def unmerge_model(model_id: int, *, by: Actor) -> None:
    """Undo a merge: what the target gained goes back, unless somebody removed it there since."""
    check_catalogue(by)
    model = _locked(model_id, by)
    if model.merged_into_id is None:
        raise NotMerged
    target = _locked(model.merged_into_id, by)
    log = EventRecord.objects.filter(subject_kind="device_model", subject_id=model.pk, name=DeviceModelMerged.name)
    gained = log.order_by("-sequence").values_list("payload", flat=True).first() or {"identifiers": [], "aliases": []}
    _move_identifiers(target, model, set(gained["identifiers"]))
    _touch(target, aliases=[name for name in target.aliases if name not in gained["aliases"]])
    _touch(model, merged_into=None)
    rebuild_terms([model.pk, target.pk])
    record(DeviceModelUnmerged(model_id=model.pk, from_id=target.pk), by=by)


def _rows(by: Actor) -> Any:
    return DeviceModel.objects.visible_to(by).select_related("brand", "family")


def _locked(model_id: int, by: Actor) -> DeviceModel:
    model: DeviceModel | None = _rows(by).select_for_update(of=("self",)).filter(pk=model_id).first()
    if model is None:
        raise NotFound
    return model


def _check_free(makers: Makers, row: DeviceRow) -> None:
    taken = DeviceModel.objects.filter(brand=makers.brand(row), slug=row.slug).first()
    if taken is None:
        return
    hidden = taken.hidden or taken.merged_into_id is not None
    raise Invalid(
        {
            "name": [
                _("This brand has a device of that name already; it is hidden or merged.")
                if hidden
                else _("This brand has a device of that name already.")
            ]
        }
    )


def _set_hidden(model: DeviceModel, hidden: bool) -> None:
    # Not an edit of what the model is: the loader goes on to correct its names, and never touches `hidden`.
    model.hidden = hidden
    model.save(update_fields=["hidden"])
    rebuild_terms([model.pk])


def _touch(model: DeviceModel, **values: Any) -> None:
    for name, value in values.items():
        setattr(model, name, value)
    model.edited_at = clock.now()
    model.save(update_fields=[*values, "edited_at"])


def _move_identifiers(source: DeviceModel, target: DeviceModel, only: set[str] | None) -> list[str]:
    """Move identifiers the target lacks; returns them."""
    there = set(target.identifiers.values_list("compact", flat=True))
    rows = source.identifiers.exclude(compact__in=there).order_by("pk")
    moved = [row for row in rows if only is None or row.value in only]
    DeviceIdentifier.objects.filter(pk__in=[row.pk for row in moved]).update(model=target)
    return [row.value for row in moved]


def _cells(model: DeviceModel) -> dict[str, str]:
    cells = write_row(model, identifiers_by_model([model.pk]).get(model.pk, []))
    return {name: value for name, value in cells.items() if name not in ("key", "hidden", "source", "licence")}
