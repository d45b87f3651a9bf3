"""Two rows were one person, or one device: make them one, and take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, NotFound
from revivatech.platform.realtime.announce import announce

from .. import policies, topics
from ..events import CustomersMerged, CustomersUnmerged, DevicesMerged, DevicesUnmerged
from ..models import Contact, Customer, CustomerDevice, Merge
from ..problems import BothHaveAccounts, ChangedSinceMerge, CustomerChangedMeanwhile, DifferentDevices, SpeaksForAnother
from .profiles import Details, attach, fill_blanks, store

Moved = dict[str, list[int]]
_DEVICE_BLANKS = ("serial", "imei", "colour", "model_id")


def pointing_at(kind: type[models.Model]) -> Iterable[tuple[str, Any, str]]:
    """Every column, of whichever package, that points to a customer or device: its name, its rows, its field."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in (Merge, kind):
            continue
        model: Any = relation.related_model
        yield f"{model._meta.label_lower}.{relation.field.name}", model._base_manager, relation.field.name


def rows_of(kind: type[models.Model], pks: Iterable[int]) -> Moved:
    """Ids of the rows that point to any of these, by column; columns without a row are left out."""
    wanted = list(pks)
    found = {
        name: sorted(rows.filter(**{f"{field}__in": wanted}).values_list("pk", flat=True))
        for name, rows, field in pointing_at(kind)
    }
    return {name: ids for name, ids in found.items() if ids}


def seen_of(keep: Customer, other: Customer) -> str:
    """Tells a form whether what its preview showed is still what would be merged."""
    return f"{Details.of(keep).fingerprint[:16]}{Details.of(other).fingerprint[:16]}"


def merge(keep_id: int, other_id: int, *, seen: str = "", by: Actor) -> Customer:
    """Two profiles were one person: everything of `other_id` moves to `keep_id`, whose values win and whose blanks are
    filled. `unmerge` takes it back. `seen` is `seen_of` the pair that was looked at."""
    policies.check_staff_edit(by)
    if keep_id == other_id:
        raise Conflict(_("Choose two different customers to merge."))
    with transaction.atomic():
        both = _lock_customers([keep_id, other_id])
        if len(both) < 2:
            raise NotFound
        keep, other = both[keep_id], both[other_id]
        if seen and seen != seen_of(keep, other):
            raise CustomerChangedMeanwhile
        return absorb(keep, other, by=by)


def absorb(keep: Customer, other: Customer, *, by: Actor) -> Customer:
    """Move every row that points to `other` to `keep`; both rows are locked by the caller, in full: a row that somebody
    is adding to `other` this moment waits, and finds that it is no more."""
    if keep.user_id is not None and other.user_id is not None:
        raise BothHaveAccounts
    if Contact.objects.filter(customer__in=(keep, other), until=None).count() > 1:
        raise SpeaksForAnother
    before = Details.of(keep)
    complete = fill_blanks(before, Details.of(other))
    filled = [name for name, value in asdict(complete).items() if value != getattr(before, name)]
    devices = CustomerDevice.everyone.filter(customer=other).values_list("pk", flat=True)
    held = rows_of(CustomerDevice, list(devices))
    moved = _move(Customer, other, keep)
    done = Merge(customer=keep, other=other, moved=moved, held=held, filled=filled, user_id=other.user_id)
    done.by_label = by.label
    other.merged_into, other.user = keep, None
    other.save(update_fields=["merged_into", "user"])
    done.save()
    if done.user_id is not None:
        attach(keep, done.user_id, by=by)
    store(keep, complete, by=by)
    record(CustomersMerged(customer_id=keep.pk, merged_id=other.pk, moved=_counted(moved)), by=by)
    announce(topics.customer(keep.pk), topics.customer(other.pk))
    return keep


def merge_devices(customer_id: int, keep_id: int, other_id: int, *, by: Actor) -> CustomerDevice:
    """One device was entered twice: the repairs of `other_id` become those of `keep_id`, which gains what it did not say."""
    policies.check_staff_edit(by)
    if keep_id == other_id:
        raise Conflict(_("Choose two different devices to merge."))
    with transaction.atomic():
        if customer_id not in _lock_customers([customer_id]):
            raise NotFound
        both = {row.pk: row for row in _lock_devices([keep_id, other_id]) if row.customer_id == customer_id}
        if len(both) < 2:
            raise NotFound
        keep, other = both[keep_id], both[other_id]
        if any(
            getattr(keep, name) and getattr(other, name) not in ("", getattr(keep, name)) for name in ("serial", "imei")
        ):
            raise DifferentDevices
        filled = [name for name in _DEVICE_BLANKS if not getattr(keep, name) and getattr(other, name)]
        moved = _move(CustomerDevice, other, keep)
        for name in filled:
            setattr(keep, name, getattr(other, name))
        keep.save(update_fields=filled)
        other.merged_into = keep
        other.save(update_fields=["merged_into"])
        Merge.objects.create(
            customer_id=customer_id, device=keep, other_device=other, moved=moved, filled=filled, by_label=by.label
        )
        event = DevicesMerged(customer_id=customer_id, device_id=keep.pk, merged_id=other.pk, moved=_counted(moved))
        record(event, by=by)
        announce(topics.customer(customer_id))
        return keep


def unmerge(customer_id: int, merge_id: int, *, by: Actor) -> None:
    """Undo a merge: what moved goes back, what was filled in is empty again.

    ChangedSinceMerge when something happened since that could belong to either, so that no guess is made.
    """
    policies.check_staff_edit(by)
    with transaction.atomic():
        done = Merge.objects.filter(pk=merge_id, customer_id=customer_id).first()
        if done is None:
            raise NotFound
        both = _lock_customers([customer_id, *([done.other_id] if done.other_id else [])], everyone=True)
        done = Merge.objects.select_for_update().get(pk=merge_id)  # after the profiles, whoever else was first
        if done.undone_at is not None:
            raise ChangedSinceMerge(_("It was undone already."))
        if both[customer_id].merged_into_id is not None:
            raise ChangedSinceMerge(_("This customer was merged into another one since. Undo that first."))
        if done.other_id is None:
            _restore_device(done, by)
        else:
            _restore_customer(done, both[customer_id], both[done.other_id], by)
        done.undone_at = clock.now()
        done.save(update_fields=["undone_at"])
        announce(topics.customer(customer_id), *([topics.customer(done.other_id)] if done.other_id else []))


def _restore_customer(done: Merge, keep: Customer, other: Customer, by: Actor) -> None:
    for name in done.filled:
        if getattr(keep, name) != (True if name == "is_business" else getattr(other, name)):
            raise ChangedSinceMerge(_("What the merge filled in was changed since. Correct both customers by hand."))
    if (keep.user_id if done.user_id else None) != done.user_id:
        raise ChangedSinceMerge(_("The account that came with the merge is no longer at this customer."))
    if done.user_id is None and keep.user_id is not None and "email" in done.filled:
        raise ChangedSinceMerge(_("The customer signed up since, with the address that came with the merge."))
    devices = done.moved.get("customers.customerdevice.customer", [])
    _check_devices_alone(done, devices)
    _move_back(Customer, done.moved, keep, other)
    if done.user_id is not None:
        keep.user = None
        keep.save(update_fields=["user"])
    other.merged_into, other.user_id = None, done.user_id
    other.save(update_fields=["merged_into", "user"])
    emptied = {name: False if name == "is_business" else "" for name in done.filled}
    store(keep, Details(**{**asdict(Details.of(keep)), **emptied}), by=by)
    record(CustomersUnmerged(customer_id=keep.pk, restored_id=other.pk), by=by)


def _check_devices_alone(done: Merge, devices: Sequence[int]) -> None:
    """The devices go back only with everything that is about them: work opened since could be either person's."""
    now = rows_of(CustomerDevice, devices)
    if any(set(pks) - set(done.held.get(name, [])) for name, pks in now.items()):
        raise ChangedSinceMerge(
            _("A device that came with the merge was booked or repaired since, so we cannot say whose that is.")
        )
    later = Merge.objects.filter(customer_id=done.customer_id, undone_at=None, other=None, pk__gt=done.pk)
    if any((one.device_id in devices) != (one.other_device_id in devices) for one in later):
        raise ChangedSinceMerge(_("Devices of both were merged since. Undo that first."))


def _restore_device(done: Merge, by: Actor) -> None:
    assert done.device_id is not None  # the database says so
    assert done.other_device_id is not None
    both = {row.pk: row for row in _lock_devices([done.device_id, done.other_device_id], everyone=True)}
    keep, other = both[done.device_id], both[done.other_device_id]
    if keep.merged_into_id is not None:
        raise ChangedSinceMerge(_("This device was merged into another one since. Undo that first."))
    if {keep.customer_id, other.customer_id} != {done.customer_id}:
        raise ChangedSinceMerge(_("One of the devices is with another customer now."))
    if any(getattr(keep, name) != getattr(other, name) for name in done.filled):
        raise ChangedSinceMerge(_("What the merge filled in was changed since. Correct the devices by hand."))
    _move_back(CustomerDevice, done.moved, keep, other)
    for name in done.filled:
        setattr(keep, name, None if name == "model_id" else "")
    keep.save(update_fields=done.filled)
    other.merged_into = None
    other.save(update_fields=["merged_into"])
    record(DevicesUnmerged(customer_id=done.customer_id, device_id=keep.pk, restored_id=other.pk), by=by)


def _move(kind: type[models.Model], other: models.Model, keep: models.Model) -> Moved:
    moved = rows_of(kind, [other.pk])
    for name, rows, field in pointing_at(kind):
        if name in moved:
            rows.filter(pk__in=moved[name]).update(**{field: keep})
    return moved


def _move_back(kind: type[models.Model], moved: Mapping[str, Sequence[int]], keep: Any, other: Any) -> None:
    """Rows that were deleted since stay deleted; a row that belongs to a third one by now is a conflict."""
    for name, rows, field in pointing_at(kind):
        mine = rows.filter(pk__in=moved.get(name, ()))
        if mine.exclude(**{field: keep}).exists():
            raise ChangedSinceMerge(_("Something that came with the merge belongs to somebody else now."))
        mine.update(**{field: other})


def _counted(moved: Moved) -> dict[str, int]:
    return {name.rpartition(".")[0]: len(ids) for name, ids in moved.items()}


def _lock_customers(pks: Iterable[int], *, everyone: bool = False) -> dict[int, Customer]:
    rows = Customer.everyone if everyone else Customer.objects
    return {row.pk: row for row in rows.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")}


def _lock_devices(pks: Iterable[int], *, everyone: bool = False) -> list[CustomerDevice]:
    rows = CustomerDevice.everyone if everyone else CustomerDevice.objects
    return list(rows.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))
