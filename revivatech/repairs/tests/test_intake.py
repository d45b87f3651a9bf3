"""The rest of the intake: signature, damage, the same device twice, and the customer's own check-in at the door."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.customers.models import Consent
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, NotFound, Problem
from revivatech.repairs import timeline
from revivatech.repairs.checklists.actions import Found
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.intake import actions, queries, self_check_in
from revivatech.repairs.intake.actions import Mark, Rest
from revivatech.repairs.intake.signing import Signature, read_strokes
from revivatech.repairs.models import ChecklistItem, ChecklistRun, DamageMark, Repair, SelfCheckIn, TermsSignature
from revivatech.repairs.problems import TooLateForIntake
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.factories import make_customer, make_device, make_repair

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
    assert (done.status_code, done["Location"]) == (302, reverse("repairs:show", args=[repair.code]))
    mark = DamageMark.objects.get()
    assert (mark.side, mark.x, mark.y, mark.note) == ("back", 833, 167, "Dent")
    shown = client.get(done["Location"]).content.decode()
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
