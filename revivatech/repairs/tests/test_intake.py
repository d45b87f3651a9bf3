"""The rest of the intake: signature, damage, the same device twice, and the customer's own check-in at the door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.customers.models import Consent
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.platform.problems import Invalid, NotFound, Problem
from revivatech.platform.sealing import unseal
from revivatech.repairs import timeline
from revivatech.repairs.checklists.actions import Found
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.documents import evidence
from revivatech.repairs.intake import actions, queries, self_check_in
from revivatech.repairs.intake.actions import Mark, Rest
from revivatech.repairs.intake.signing import Signature, read_strokes
from revivatech.repairs.models import (
    ChecklistItem,
    ChecklistRun,
    DamageMark,
    Passcode,
    Repair,
    SelfCheckIn,
    TermsSignature,
)
from revivatech.repairs.problems import TooLateForIntake
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.factories import make_customer, make_device, make_repair
from revivatech.testing.pictures import photo, upload

from .test_walk_in import typed as walk_in_form

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
STROKES = json.dumps([[[10, 10], [200, 250], [400, 20]], [[500, 100]]])
SCRATCH = Mark("front", 312, 488, "Scratch over the corner")


@pytest.fixture(autouse=True)
def with_terms(shop: Location) -> None:
    install_starter_checklists()
    ChecklistItem.objects.exclude(key__in=("touch", "keyboard")).update(active=False)
    Business.objects.update(terms="Be kind.", terms_version=3)


def phone(shop: Location, status: str = "initial_assessment", **fields: Any) -> Repair:
    customer = fields.pop("customer", None) or make_customer()
    about = {"category": "smartphone", "described": "Nokia 3310", **fields.pop("about", {})}
    return make_repair(location=shop, customer=customer, device=make_device(customer, **about), status=status, **fields)


def rest(**changes: Any) -> Rest:
    whole = {
        "answers": {"touch": Found("works")},
        "marks": [SCRATCH],
        "signature": Signature(name="Grace Guest", strokes=STROKES),
    }
    return Rest(**{**whole, **changes})


def nothing_stored() -> bool:
    tables = (TermsSignature, DamageMark, ChecklistRun, Consent, EventRecord)
    return not any(table.objects.exists() for table in tables)


# Signature


@pytest.mark.parametrize(
    "text",
    [
        "no json", "{}", '"data:image/png;base64,AAAA"', "[1]", "[[]]", "[[[1]]]", "[[[1, 2, 3]]]", "[[[1.5, 2]]]",
        "[[[-1, 2]]]", "[[[1001, 2]]]", "[[[1, 301]]]", '[[["1", 2]]]', "[[[true, 2]]]", "[" * 5000,
        json.dumps([[[1, 1]]] * 81), json.dumps([[[1, 1]] * 4001]), " " * 60_001,
    ],
)  # fmt: skip
def test_nothing_but_a_drawing_is_stored_as_a_signature(text: str) -> None:
    with pytest.raises(Invalid):
        read_strokes(text)


def test_a_signature_is_kept_with_terms_version_name_and_witness(
    shop: Location, fred: User, actor: As, sign_in: SignIn
) -> None:
    repair = phone(shop)
    row = actions.sign_terms(repair.code, Signature(name="  Grace  Guest ", strokes=STROKES), by=actor(fred))
    assert (row.version, row.wording, row.name, row.how, row.witness_label) == (
        3, "Be kind.", "Grace Guest", "drawn", "Fred",
    )  # fmt: skip
    assert row.path == "M10 10 L200 250 L400 20 M500 100"
    assert Consent.objects.get().version == 3
    event = EventRecord.objects.get(name="repair.terms_signed")
    assert "strokes" not in event.payload
    Business.objects.update(terms="Be kinder.", terms_version=4)
    assert queries.signature_of(repair).wording == "Be kind."  # type: ignore[union-attr]
    assert "Terms, version 3, signed by Grace Guest" in str(timeline.history(repair, for_staff=False))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Signature(name="Grace", strokes="[[[1, 1], [2, 2]]]"), "strokes"),  # a slip of the finger
        (Signature(name="G", strokes=STROKES), "signed_name"),
        (Signature(name="", on_paper=True), "signed_name"),
        (Signature(name="Grace"), "strokes"),
    ],
)
def test_half_a_signature_is_none(given: Signature, field: str, shop: Location, fred: User, actor: As) -> None:
    with pytest.raises(Invalid) as refused:
        actions.sign_terms(phone(shop).code, given, by=actor(fred))
    assert list(refused.value.errors) == [field]
    assert nothing_stored()


def test_signed_on_paper_needs_no_drawing(shop: Location, tess: User, actor: As) -> None:
    row = actions.sign_terms(phone(shop).code, Signature(name="Grace", on_paper=True), by=actor(tess))
    assert (row.how, row.strokes, row.path, row.witness_label) == ("paper", [], "", "Tess")


def test_without_terms_there_is_nothing_to_sign(shop: Location, fred: User, actor: As) -> None:
    Business.objects.update(terms=" ")
    with pytest.raises(Invalid):
        actions.sign_terms(phone(shop).code, Signature(name="Grace", strokes=STROKES), by=actor(fred))


# The page


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
    assert "1. Back: Dent" in shown


def test_a_walk_in_signs_on_the_same_screen(shop: Location, fred: User, sign_in: SignIn) -> None:
    form = walk_in_form(shop, terms="on", strokes=STROKES)
    bad = sign_in(fred).post("/workbench/walk-in/", {**form, "strokes": "[[[1, 1]]]"})
    assert bad.status_code == 422
    assert not Repair.objects.exists()
    assert sign_in(fred).post("/workbench/walk-in/", form).status_code == 302
    row = TermsSignature.objects.get()
    assert (row.name, row.how, row.version) == ("Grace Guest", "drawn", 3)


# The same device


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


# At the door


@pytest.fixture
def booked(shop: Location, alice: User) -> tuple[Booking, Repair]:
    booking = make_booking(location=shop, starts_at=next_opening(shop, days=1, hour=10), customer=alice.customer)
    repair = make_repair(
        location=shop, customer=alice.customer, booked_device=booking.devices.get(), device=booking.devices.get().device
    )
    return booking, repair


def door_form(repair: Repair, **changes: Any) -> dict[str, Any]:
    code = repair.code
    return {
        f"brought_{code}": "1", f"description_{code}": "The screen stays dark since Monday.",
        f"accessories_{code}": "Charger", f"condition_{code}": "Scratched lid", "signed_name": "Alice",
        "strokes": STROKES, **changes,
    }  # fmt: skip


def test_a_customer_checks_in_and_staff_take_the_device_with_one_click(
    booked: tuple[Booking, Repair], client: Client, fred: User, sign_in: SignIn
) -> None:
    booking, repair = booked
    began = client.post("/check-in/", {"code": booking.code.lower(), "contact": "ALICE@example.com"})
    assert began.status_code == 302
    page = client.get(began["Location"])
    assert str(repair.device) in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    done = client.post(began["Location"], door_form(repair))
    assert (done.status_code, done["Location"]) == (302, "/check-in/done/")
    repair.refresh_from_db()
    assert (repair.status, repair.description) == ("booked", "The screen stays dark since Monday.")
    told = SelfCheckIn.objects.get()
    assert (told.accessories, told.condition) == ("Charger", "Scratched lid")
    signature = TermsSignature.objects.get()
    assert (signature.name, signature.witnessed_by, signature.witness_label) == ("Alice", None, "")
    staff = sign_in(fred)
    assert "device to be taken" in staff.get("/workbench/").content.decode()
    assert "Take the device" in staff.get(reverse("repairs:show", args=[repair.code])).content.decode()
    taken = staff.post(
        reverse("repairs:change_check_in", args=[repair.code]),
        {"version": repair.version, "accessories": "Charger", "condition": "Scratched lid"},
    )
    assert taken.status_code == 302
    repair.refresh_from_db()
    assert (repair.status, repair.accessories) == ("initial_assessment", "Charger")
    assert "device to be taken" not in staff.get("/workbench/").content.decode()


@pytest.mark.parametrize("miss", ["code", "contact", "cancelled", "phone", "word"])
def test_every_miss_says_the_same_and_shows_nothing(miss: str, booked: tuple[Booking, Repair], client: Client) -> None:
    booking, _repair = booked
    given = {"code": booking.code, "contact": "alice@example.com"}
    match miss:
        case "code":
            given["code"] = "BK-0000000"
        case "contact":
            given["contact"] = "bob@example.com"
        case "phone":
            given["contact"] = "+442079999999"
        case "word":
            given["contact"] = "alice"
        case _:
            Booking.objects.update(status="cancelled")
    answer = client.post("/check-in/", given)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "could not find a booking with these two" in body
    assert "Alice" not in body


def test_guessing_is_slowed_down(booked: tuple[Booking, Repair], client: Client) -> None:
    codes = [
        client.post("/check-in/", {"code": booked[0].code, "contact": f"x{n}@example.com"}).status_code
        for n in range(8)
    ]
    assert codes == [422] * 6 + [429] * 2


def test_a_pass_is_for_one_booking_and_half_an_hour(
    booked: tuple[Booking, Repair], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("repairs:check_in_devices", args=[self_check_in.pass_for(booked[0])])
    assert client.get(address).status_code == 200
    assert client.get(address[:-3] + "xx/").status_code == 404
    monkeypatch.setattr(self_check_in, "PASS_SECONDS", -1)
    assert client.get(address).status_code == 410


def test_the_private_page_of_the_booking_is_key_enough(booked: tuple[Booking, Repair], client: Client) -> None:
    answer = client.get(reverse("repairs:check_in_booking", args=[booked[0].token]))
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(reverse("repairs:check_in_booking", args=["nobody"])).status_code == 404


def test_what_is_wrong_is_said_by_field_and_typed_words_stay(booked: tuple[Booking, Repair], client: Client) -> None:
    booking, repair = booked
    address = reverse("repairs:check_in_devices", args=[self_check_in.pass_for(booking)])
    wrong = door_form(repair, strokes="", **{f"description_{repair.code}": "dark", f"accessories_{repair.code}": "<b>"})
    answer = client.post(address, wrong)
    body = answer.content.decode()
    assert answer.status_code == 422
    for words in ("at least 10 characters", "Sign in the box", "&lt;b&gt;"):
        assert words in body, words
    nobody = client.post(address, {"signed_name": "Alice", "strokes": STROKES})
    assert nobody.status_code == 422
    assert not SelfCheckIn.objects.exists()
    assert not TermsSignature.objects.exists()
    assert not EventRecord.objects.exists()


def test_another_bookings_device_is_not_touched(
    booked: tuple[Booking, Repair], shop: Location, bob: User, client: Client
) -> None:
    theirs = phone(shop, "booked", customer=bob.customer)
    address = reverse("repairs:check_in_devices", args=[self_check_in.pass_for(booked[0])])
    assert client.post(address, door_form(theirs)).status_code == 422
    assert not SelfCheckIn.objects.exists()


def test_said_again_it_is_replaced_and_after_taking_it_is_over(booked: tuple[Booking, Repair], client: Client) -> None:
    booking, repair = booked
    address = reverse("repairs:check_in_devices", args=[self_check_in.pass_for(booking)])
    client.post(address, door_form(repair))
    client.post(address, door_form(repair, **{f"accessories_{repair.code}": "Case"}))
    assert SelfCheckIn.objects.get().accessories == "Case"
    Repair.objects.update(status="initial_assessment")
    assert "Nothing of this booking" in client.get(address).content.decode()
    assert client.post(address, door_form(repair)).status_code == 422


def test_a_kiosk_begins_again(booked: tuple[Booking, Repair], client: Client) -> None:
    page = client.get("/check-in/?kiosk=1").content.decode()
    assert 'data-kiosk="/check-in/?kiosk=1"' in page
    began = client.post("/check-in/", {"code": booked[0].code, "contact": "alice@example.com", "kiosk": "1"})
    assert began["Location"].endswith("?kiosk=1")
    done = client.post(began["Location"], door_form(booked[1], kiosk="1"))
    assert done["Location"] == "/check-in/done/?kiosk=1"
    assert "data-kiosk-seconds" in client.get(done["Location"]).content.decode()
    assert "data-kiosk" not in client.get("/check-in/").content.decode()


# One flow from the counter to the label


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
