"""The customer's own check-in at the door, or at home, and how little the door tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.platform.events.models import EventRecord
from revivatech.repairs.intake import self_check_in
from revivatech.repairs.models import (
    Repair,
    SelfCheckIn,
    TermsSignature,
)
from revivatech.shop.models import Location

from .fixtures import STROKES, booked, phone, with_terms

__all__ = ["booked", "with_terms"]

SignIn = Callable[[User], Client]


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
