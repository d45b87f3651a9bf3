"""The rest of the intake: damage, the same device twice, a booked device on the same page, what the counter finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.platform.problems import Invalid, NotFound, Problem
from revivatech.platform.sealing import unseal
from revivatech.repairs.checklists.actions import Found
from revivatech.repairs.documents import evidence
from revivatech.repairs.intake import actions, queries
from revivatech.repairs.intake.actions import Mark, Rest
from revivatech.repairs.intake.signing import Signature
from revivatech.repairs.models import (
    ChecklistRun,
    DamageMark,
    Passcode,
    Repair,
    TermsSignature,
)
from revivatech.repairs.problems import TooLateForIntake
from revivatech.repairs.tests.test_walk_in import typed as walk_in_form
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.factories import make_customer, make_repair
from revivatech.testing.pictures import photo, upload

from .fixtures import STROKES, booked, nothing_stored, phone, with_terms

__all__ = ["booked", "with_terms"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]

SCRATCH = Mark("front", 312, 488, "Scratch over the corner")


def rest(**changes: Any) -> Rest:
    whole = {
        "answers": {"touch": Found("works")},
        "marks": [SCRATCH],
        "signature": Signature(name="Grace Guest", strokes=STROKES),
    }
    return Rest(**{**whole, **changes})


@pytest.mark.parametrize(
    ("who", "refused"),
    [("fred", 0), ("tess", 0), ("mona", 0), ("olga", 0), ("alice", 403), ("eve", 404), ("link", 403)],
)
def test_who_may_finish_an_intake(
    who: str, refused: int, shop: Location, alice: User, request: pytest.FixtureRequest, actor: As
) -> None:
    repair = phone(shop, customer=alice.customer)
    by = by_link("repair", repair.pk) if who == "link" else actor(request.getfixturevalue(who))
    if refused:
        with pytest.raises(Problem) as problem:
            actions.complete(repair.code, rest(), idempotency_key="k", by=by)
        assert problem.value.status == refused
        assert nothing_stored()
        return
    actions.complete(repair.code, rest(), idempotency_key="k", by=by)
    actions.complete(repair.code, rest(), idempotency_key="k", by=by)  # sent again after a lost answer
    assert (TermsSignature.objects.count(), DamageMark.objects.count(), ChecklistRun.objects.count()) == (1, 1, 1)
    names = EventRecord.objects.filter(subject_kind="repair").values_list("name", flat=True).order_by("id")
    assert list(names) == ["repair.damage_marked", "repair.checklist_finished", "repair.terms_signed"]


def test_it_is_stored_whole_or_not_at_all(shop: Location, fred: User, actor: As) -> None:
    repair = phone(shop)
    bad = rest(marks=[Mark("front", -1, -1, "Scratch")], signature=Signature(name="", strokes=STROKES))
    with pytest.raises(Invalid) as refused:
        actions.complete(repair.code, bad, idempotency_key="k", by=actor(fred))
    assert sorted(refused.value.errors) == ["marks", "signed_name"]
    assert nothing_stored()
    with pytest.raises(Invalid):
        actions.complete(repair.code, rest(answers={}, marks=[], signature=None), idempotency_key="e", by=actor(fred))


@pytest.mark.parametrize(
    "mark",
    [
        Mark("side", 1, 1, "x"), Mark("front", 1001, 1, "x"), Mark("back", 1, 5000, "x"), Mark("back", 1, 1, " "),
        Mark("back", 1, 1, "x" * 201),
    ],
)  # fmt: skip
def test_marks_lie_on_the_device_and_say_what_is_wrong(mark: Mark, shop: Location, fred: User, actor: As) -> None:
    with pytest.raises(Invalid):
        actions.complete(phone(shop).code, rest(marks=[mark]), idempotency_key="k", by=actor(fred))
    assert nothing_stored()


def test_marks_are_numbered_on_and_taken_away_until_work_begins(
    shop: Location, fred: User, eve: User, actor: As
) -> None:
    repair = phone(shop)
    only: dict[str, Any] = {"answers": {}, "signature": None}
    actions.complete(
        repair.code, rest(marks=[SCRATCH, Mark("back", 0, 1000, "Dent")], **only), idempotency_key="1", by=actor(fred)
    )
    actions.complete(repair.code, rest(**only), idempotency_key="2", by=actor(fred))
    assert list(DamageMark.objects.values_list("number", "side")) == [(1, "front"), (2, "back"), (3, "front")]
    actions.unmark_damage(repair.code, 2, by=actor(fred))
    with pytest.raises(NotFound):
        actions.unmark_damage(repair.code, 2, by=actor(fred))
    with pytest.raises(NotFound):
        actions.unmark_damage(repair.code, 1, by=actor(eve))
    Repair.objects.update(status="repair_work")
    with pytest.raises(TooLateForIntake):
        actions.unmark_damage(repair.code, 1, by=actor(fred))
    assert list(DamageMark.objects.values_list("number", flat=True)) == [1, 3]
    assert EventRecord.objects.filter(name="repair.damage_unmarked").get().payload["note"] == "Dent"


def test_the_page_without_scripts_keeps_everything_typed(shop: Location, fred: User, sign_in: SignIn) -> None:
    repair = phone(shop)
    client, address = sign_in(fred), reverse("repairs:intake", args=[repair.code])
    assert client.get(address).status_code == 200
    form = {
        "key": "k1", "state_touch": "fails", "note_touch": "Dead <corner>", "mark_side_0": "back",
        "mark_place_0": "833,167", "mark_note_0": "", "signed_name": "Grace Guest", "on_paper": "1",
    }  # fmt: skip
    refused = client.post(address, form)
    body = refused.content.decode()
    assert refused.status_code == 422
    for kept in (
        "Dead &lt;corner&gt;",
        'value="fails" checked',
        'value="833,167" selected',
        "Grace Guest",
        'value="k1"',
    ):
        assert kept in body, kept
    assert nothing_stored()
    done = client.post(address, {**form, "mark_note_0": "Dent"})
    assert (done.status_code, done["Location"]) == (302, reverse("repairs:intake_label", args=[repair.code]))
    mark = DamageMark.objects.get()
    assert (mark.side, mark.x, mark.y, mark.note) == ("back", 833, 167, "Dent")
    shown = client.get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert "signed by Grace Guest" in shown
    assert "1. Rear: Dent" in shown


def test_a_walk_in_signs_on_the_same_screen(shop: Location, fred: User, sign_in: SignIn) -> None:
    form = walk_in_form(shop, terms="on", strokes=STROKES)
    bad = sign_in(fred).post("/workbench/walk-in/", {**form, "strokes": "[[[1, 1]]]"})
    assert bad.status_code == 422
    assert not Repair.objects.exists()
    assert sign_in(fred).post("/workbench/walk-in/", form).status_code == 302
    row = TermsSignature.objects.get()
    assert (row.name, row.how, row.version) == ("Grace Guest", "drawn", 3)


def test_the_same_device_in_another_open_repair_is_flagged(
    shop: Location, manchester: Location, fred: User, olga: User, sign_in: SignIn, actor: As
) -> None:
    first = phone(shop, about={"serial": "c02xyz"})
    elsewhere = phone(manchester, about={"serial": "C02XYZ"})
    phone(shop, "completed", about={"serial": "C02XYZ"}, outcome="repaired", completed_at=first.created_at)
    phone(shop, about={"serial": ""})
    repair = phone(shop, about={"serial": "C02XYZ"})
    assert sorted(queries.twins(repair, actor(fred))) == sorted([(first.code, True), ("", False)])
    body = sign_in(fred).get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert "in another open repair" in body
    assert elsewhere.code not in body
    assert elsewhere.code in sign_in(olga).get(reverse("repairs:show", args=[repair.code])).content.decode()


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def test_a_booked_device_is_taken_in_on_the_same_page(
    fred: User, booked: tuple[Booking, Repair], sign_in: SignIn
) -> None:
    booking, repair = booked
    client, address = sign_in(fred), reverse("repairs:intake", args=[repair.code])
    page = client.get(address).content.decode()
    assert "Take the device in" in page
    assert 'name="storage_place"' in page
    form = {"key": "k1", "accessories": "Charger", "condition": "Scratched", "storage_place": "B4"}
    done = client.post(address, {**form, "on_paper": "1"})
    assert (done.status_code, done["Location"]) == (302, reverse("repairs:intake_label", args=[repair.code]))
    repair.refresh_from_db()
    assert (repair.status, repair.accessories, repair.condition, repair.storage_place) == (
        "initial_assessment", "Charger", "Scratched", "B4",
    )  # fmt: skip
    assert TermsSignature.objects.get().how == "paper"
    booking.refresh_from_db()
    assert booking.status == "arrived"
    printed = client.get(done["Location"]).content.decode()
    for kind in ("label", "label-a6", "receipt"):
        assert reverse("repairs:document", args=[repair.code, kind]) in printed
    assert "the checklist" in printed  # still open


def test_a_wrong_mark_leaves_a_booked_device_where_it_was(
    fred: User, booked: tuple[Booking, Repair], sign_in: SignIn
) -> None:
    _booking, repair = booked
    form = {"key": "k1", "storage_place": "B4", "mark_place_0": "833,167"}
    refused = sign_in(fred).post(reverse("repairs:intake", args=[repair.code]), form)
    assert refused.status_code == 422
    assert 'value="B4"' in refused.content.decode()
    repair.refresh_from_db()
    assert (repair.status, repair.storage_place) == ("booked", "")


def test_the_passcode_is_asked_only_where_the_work_needs_it(shop: Location, fred: User, sign_in: SignIn) -> None:
    client = sign_in(fred)
    plain, locked = phone(shop, services=["screen"]), phone(shop, services=["data_recovery"])
    assert 'name="passcode"' not in client.get(reverse("repairs:intake", args=[plain.code])).content.decode()
    address = reverse("repairs:intake", args=[locked.code])
    assert 'name="passcode"' in client.get(address).content.decode()
    wrong = client.post(address, {"key": "k1", "passcode_kind": "pin", "passcode": "pin-90210"})
    assert wrong.status_code == 422
    assert "A PIN is 3 to 16 digits." in wrong.content.decode()
    assert "pin-90210" not in wrong.content.decode()
    assert not Passcode.objects.exists()
    assert client.post(address, {"key": "k1", "passcode_kind": "pin", "passcode": "90210"}).status_code == 302
    row = Passcode.objects.get()
    assert (row.kind, unseal(row.sealed), row.entered_by) == ("pin", "90210", "staff")
    assert "90210" not in repr(actions.Unlocking("pin", "90210"))
    refused = client.post(reverse("repairs:intake", args=[plain.code]), {"key": "k2", "passcode": "90210"})
    assert refused.status_code == 409
    assert not Passcode.objects.filter(repair=plain).exists()


def test_damage_is_marked_on_a_photo(shop: Location, fred: User, actor: As, sign_in: SignIn, folder: None) -> None:
    repair, other, client = phone(shop), phone(shop), sign_in(fred)
    sent = {"label": "before", "back": "intake", "files": upload(photo())}
    added = client.post(reverse("repairs:photos", args=[repair.code]), sent)
    assert added["Location"] == reverse("repairs:intake", args=[repair.code]) + "#photos"
    file = StoredFile.objects.get()
    now = client.get(reverse("repairs:intake_outlines", args=[repair.code])).content.decode()
    assert f'data-outline="photo:{file.uuid}"' in now
    mark = {"key": "k1", "mark_side_0": f"photo:{file.uuid}", "mark_at_0": "250,750", "mark_note_0": "Crack"}
    assert client.post(reverse("repairs:intake", args=[other.code]), mark).status_code == 422  # another device
    assert not DamageMark.objects.exists()
    assert client.post(reverse("repairs:intake", args=[repair.code]), mark).status_code == 302
    row = DamageMark.objects.get()
    assert (row.side, row.photo, row.x, row.y, row.note) == ("photo", file, 250, 750, "Crack")
    (shown,) = [one for one in evidence._photos(repair) if one]
    assert "1: Crack" in str(shown["pictures"][0]["caption"])


def test_the_counter_finds_by_booking_code_serial_and_imei(
    shop: Location, manchester: Location, fred: User, sign_in: SignIn
) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop), customer=make_customer("Booked Bert"))
    elsewhere = make_booking(location=manchester, starts_at=next_opening(manchester), customer=booking.customer)
    for one in (booking, elsewhere):
        make_repair(
            location=one.location, customer=one.customer, booked_device=one.devices.get(),
            device=one.devices.get().device,
        )  # fmt: skip
    phone(shop, customer=make_customer("Serial Sue"), about={"serial": "FK-77é"})
    phone(shop, customer=make_customer("Imei Ida"), about={"imei": "490154203237518"})
    client = sign_in(fred)

    def found(who: str, look: str = "customers", **more: str) -> str:
        form = {"look": look, "who": who, **more}
        return client.post("/workbench/walk-in/", form, headers={"HX-Request": "true"}).content.decode()

    by_code = found(booking.code.lower())
    here = Repair.objects.get(booked_device__booking=booking)
    assert "Booked Bert" in by_code
    assert by_code.count("Take it in") == 1
    assert reverse("repairs:intake", args=[here.code]) in by_code
    assert "Serial Sue" in found("fk-77é")
    assert "Imei Ida" in found("49 015420 323751 8")
    assert "Imei Ida" not in found("490154203237519")
    warned = found("", "twins", identity="FK-77é")
    assert "in another open repair" in warned
    assert "in another open repair" not in found("", "twins", identity="FK-78")
