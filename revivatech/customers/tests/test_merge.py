"""Two profiles, or two devices, become one and two again: what moves, what wins, what comes back, and when not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from revivatech.accounts.models import User
from revivatech.booking.models import BookedDevice, Booking
from revivatech.customers import actions, queries
from revivatech.customers.actions.merging import pointing_at, seen_of
from revivatech.customers.models import Consent, Customer, CustomerDevice, CustomerNote, Merge
from revivatech.customers.problems import (
    BothHaveAccounts,
    ChangedSinceMerge,
    CustomerChangedMeanwhile,
    DifferentDevices,
)
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Conflict, Denied, NotFound
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking
from revivatech.testing.factories import make_customer, make_device, make_repair

ActorOf = Callable[[User], Actor]
TABLES = (Customer, CustomerDevice, Consent, CustomerNote, Booking, BookedDevice, Repair)


def everything() -> dict[str, Any]:
    return {table.__name__: list(table._base_manager.order_by("pk").values()) for table in TABLES}


@pytest.fixture
def pair(shop: Location) -> tuple[Customer, Customer]:
    """Ana, twice: once with a booking, a repair, a note and a yes."""
    keep, other = make_customer("Ana", phone=""), make_customer("Ana S", email="ana@example.com", company="Ana Ltd")
    make_booking(location=shop, customer=other)
    make_repair(location=shop, customer=other)
    CustomerNote.objects.create(customer=other, body="Pays in cash.", author_label="Fred")
    Consent.objects.create(
        customer=other, topic="marketing", channel="sms", given=True, wording="Yes", source="counter"
    )
    return keep, other


def test_everything_moves_and_comes_back_exactly(pair: tuple[Customer, Customer], fred: User, actor: ActorOf) -> None:
    keep, other = pair
    before = everything()
    merged = actions.merge(keep.pk, other.pk, seen=seen_of(keep, other), by=actor(fred))
    assert (merged.name, merged.phone, merged.company, merged.is_business) == ("Ana", other.phone, "Ana Ltd", True)
    assert not Customer.objects.filter(pk=other.pk).exists()
    assert other not in queries.search(Customer.objects.visible_to(actor(fred)), "Ana S")
    assert queries.may_contact(keep, "marketing", "sms") is True
    for table in (CustomerDevice, Consent, CustomerNote, Booking, Repair):
        assert {row.customer_id for row in table._base_manager.all()} == {keep.pk}, table
    done = Merge.objects.get()
    payload = EventRecord.objects.get(name="customer.merged").payload
    assert payload == {"customer_id": keep.pk, "merged_id": other.pk, "moved": {
        "booking.booking": 1, "customers.consent": 1, "customers.customerdevice": 2, "customers.customernote": 1,
        "repairs.repair": 1,
    }}  # fmt: skip
    actions.unmerge(keep.pk, done.pk, by=actor(fred))
    assert everything() == before
    assert EventRecord.objects.get(name="customer.unmerged").payload == {
        "customer_id": keep.pk, "restored_id": other.pk,
    }  # fmt: skip
    with pytest.raises(ChangedSinceMerge):
        actions.unmerge(keep.pk, done.pk, by=actor(fred))


def test_the_account_goes_along_and_back(shop: Location, alice: User, fred: User, actor: ActorOf) -> None:
    guest = make_customer("Guest")
    before = everything()
    actions.merge(guest.pk, alice.customer.pk, by=actor(fred))
    assert Customer.objects.get(user=alice) == guest
    actions.unmerge(guest.pk, Merge.objects.get().pk, by=actor(fred))
    assert everything() == before


def _edited(keep: Customer, other: Customer, by: Actor) -> None:
    details = actions.Details.of(Customer.objects.get(pk=keep.pk))
    actions.edit(keep.pk, actions.Details(**{**vars_of(details), "phone": "+442079461111"}), by=by)


def vars_of(details: actions.Details) -> dict[str, Any]:
    return {name: getattr(details, name) for name in actions.Details.__dataclass_fields__}


def _repaired(keep: Customer, other: Customer, by: Actor) -> None:
    make_repair(customer=keep, device=Repair.objects.get().device)


def _merged_on(keep: Customer, other: Customer, by: Actor) -> None:
    actions.merge(make_customer("Third").pk, keep.pk, by=by)


def _devices_merged(keep: Customer, other: Customer, by: Actor) -> None:
    actions.merge_devices(keep.pk, make_device(keep).pk, Repair.objects.get().device_id, by=by)


@pytest.mark.parametrize("since", [_edited, _repaired, _merged_on, _devices_merged])
def test_what_happened_since_is_not_guessed_about(
    since: Callable[[Customer, Customer, Actor], None], pair: tuple[Customer, Customer], fred: User, actor: ActorOf
) -> None:
    keep, other = pair
    actions.merge(keep.pk, other.pk, by=actor(fred))
    done = Merge.objects.get()
    since(keep, other, actor(fred))
    before = everything()
    with pytest.raises(ChangedSinceMerge):
        actions.unmerge(keep.pk, done.pk, by=actor(fred))
    assert everything() == before
    assert Merge.objects.get(pk=done.pk).undone_at is None


def test_what_is_new_and_the_keepers_own_stays(pair: tuple[Customer, Customer], fred: User, actor: ActorOf) -> None:
    keep, other = pair
    actions.merge(keep.pk, other.pk, by=actor(fred))
    own = make_repair(customer=keep)
    renamed = actions.Details(**{**vars_of(actions.Details.of(Customer.objects.get(pk=keep.pk))), "name": "Ana Silva"})
    actions.edit(keep.pk, renamed, by=actor(fred))
    actions.unmerge(keep.pk, Merge.objects.get().pk, by=actor(fred))
    own.refresh_from_db()
    keep.refresh_from_db()
    assert (own.customer, keep.name, keep.phone) == (keep, "Ana Silva", "")


def test_merges_undo_in_turn(pair: tuple[Customer, Customer], fred: User, actor: ActorOf) -> None:
    keep, other = pair
    third = make_customer("Third")
    before = everything()
    actions.merge(keep.pk, other.pk, by=actor(fred))
    actions.merge(third.pk, keep.pk, by=actor(fred))
    first, second = Merge.objects.order_by("pk")
    actions.unmerge(third.pk, second.pk, by=actor(fred))
    actions.unmerge(keep.pk, first.pk, by=actor(fred))
    assert everything() == before


def test_what_cannot_be_merged(alice: User, bob: User, fred: User, actor: ActorOf) -> None:
    before = everything()
    with pytest.raises(BothHaveAccounts):
        actions.merge(alice.customer.pk, bob.customer.pk, by=actor(fred))
    with pytest.raises(Conflict):
        actions.merge(alice.customer.pk, alice.customer.pk, by=actor(fred))
    with pytest.raises(NotFound):
        actions.merge(alice.customer.pk, 999_999, by=actor(fred))
    with pytest.raises(CustomerChangedMeanwhile):
        actions.merge(alice.customer.pk, make_customer("Twin").pk, seen="old", by=actor(fred))
    before["Customer"].append(Customer.objects.filter(name="Twin").values().get())
    assert everything() == before


@pytest.mark.parametrize("who", ["tess", "alice", "eve"])
def test_who_may_not(who: str, pair: tuple[Customer, Customer], fred: User, actor: ActorOf, request: Any) -> None:
    keep, other = pair
    by = actor(request.getfixturevalue(who))
    own, twin = make_device(keep), make_device(keep)
    actions.merge(keep.pk, other.pk, by=actor(fred))
    before, log = everything(), EventRecord.objects.count()
    for verb in (
        lambda: actions.merge(keep.pk, make_customer("Twin").pk, by=by),
        lambda: actions.unmerge(keep.pk, Merge.objects.get().pk, by=by),
        lambda: actions.merge_devices(keep.pk, own.pk, twin.pk, by=by),
        lambda: actions.add_note(keep.pk, body="Hello", flagged=True, by=by),
        lambda: actions.remove_note(keep.pk, CustomerNote.objects.get().pk, by=by),
    ):
        with pytest.raises((Denied, NotFound)):
            verb()
    after = everything()
    after["Customer"] = [row for row in after["Customer"] if row["name"] != "Twin"]
    assert (after, EventRecord.objects.count()) == (before, log)


# --- Devices -----------------------------------------------------------------------------------
def test_a_device_entered_twice(shop: Location, fred: User, actor: ActorOf) -> None:
    owner = make_customer("Ana")
    keep, other = (
        make_device(owner, described="Laptop"),
        make_device(owner, described="MacBook", serial="C02", colour="Grey"),
    )
    repair = make_repair(location=shop, customer=owner, device=other)
    before = everything()
    merged = actions.merge_devices(owner.pk, keep.pk, other.pk, by=actor(fred))
    repair.refresh_from_db()
    assert (merged.described, merged.serial, merged.colour, repair.device) == ("Laptop", "C02", "Grey", keep)
    assert list(owner.devices.all()) == [keep]
    assert actions.add_device(owner, category="laptop", described="x", serial="c02", by=actor(fred)) == keep
    done = Merge.objects.get()
    with pytest.raises(NotFound):
        actions.unmerge(make_customer("Other").pk, done.pk, by=actor(fred))
    actions.unmerge(owner.pk, done.pk, by=actor(fred))
    after = everything()
    after["Customer"] = [row for row in after["Customer"] if row["name"] != "Other"]
    assert after == before
    assert [row.name for row in EventRecord.objects.order_by("id")] == [
        "customer.devices_merged", "customer.devices_unmerged",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["serial", "imei"])
def test_two_numbers_are_two_devices(name: str, shop: Location, fred: User, actor: ActorOf) -> None:
    owner = make_customer("Ana")
    one, two = make_device(owner, **{name: "1"}), make_device(owner, **{name: "2"})
    with pytest.raises(DifferentDevices):
        actions.merge_devices(owner.pk, one.pk, two.pk, by=actor(fred))
    with pytest.raises(NotFound):
        actions.merge_devices(owner.pk, one.pk, make_device(make_customer()).pk, by=actor(fred))
    assert Merge.objects.count() == 0


# --- Notes -------------------------------------------------------------------------------------
def test_notes_leave_no_words_in_the_log(shop: Location, fred: User, actor: ActorOf) -> None:
    owner = make_customer("Ana")
    note = actions.add_note(owner.pk, body=" Rings at nine. ", flagged=True, by=actor(fred))
    assert (note.body, note.flagged, note.author_label) == ("Rings at nine.", True, "Fred")
    actions.remove_note(owner.pk, note.pk, by=actor(fred))
    assert [row.payload for row in EventRecord.objects.order_by("id")] == [
        {"customer_id": owner.pk, "note_id": note.pk, "flagged": True}, {"customer_id": owner.pk, "note_id": note.pk},
    ]  # fmt: skip
    with pytest.raises(NotFound):
        actions.remove_note(owner.pk, note.pk, by=actor(fred))


def test_a_merge_says_what_moves_in_the_readers_language() -> None:
    named = {name: rows.model._meta for kind in (Customer, CustomerDevice) for name, rows, _field in pointing_at(kind)}
    english = {name: str(meta.verbose_name_plural) for name, meta in named.items()}
    with override("pt"):
        portuguese = {name: str(meta.verbose_name_plural) for name, meta in named.items()}
    assert [name for name in named if english[name] == portuguese[name]] == []
