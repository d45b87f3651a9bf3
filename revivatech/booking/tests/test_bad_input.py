"""Everything a form can be sent that it should not be: refused in words, kept on the page, stored nowhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from revivatech.booking.models import Booking, BookingDraft
from revivatech.customers.models import Customer
from revivatech.platform.limits import RateLimit, hit
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service, next_opening

from .walk import ISSUE, Walker, booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(shop: Location) -> datetime:
    make_service("screen")
    make_service("battery", pence=8000)
    return next_opening(shop)


@pytest.fixture
def guest(shop: Location) -> Walker:
    return Walker(shop)


class TestBadInput:
    @pytest.mark.parametrize(
        "when", ["", "2020-01-01T10:00:00+00:00", "2199-01-01T10:00:00+00:00", "9999-12-31T23:59:59-23:59",
                 "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "yesterday", "2026-11-24T10:00:00", "'; DROP TABLE booking_booking; --", "\x00"],
    )  # fmt: skip
    def test_times_that_cannot_be(self, guest: Walker, ten: datetime, when: str) -> None:
        guest.device(), guest.issue()
        assert guest.post(
            "/book/hand-over/", {"method": "drop_off", "location": guest.shop.pk, "slot": when}
        ).status_code in (409, 422)
        assert guest.get("/book/price/")["Location"] == "/book/hand-over/"

    @pytest.mark.parametrize(
        "data", [{"method": "teleport"}, {"location": "x"}, {"location": "9" * 30}, {"method": ""}]
    )
    def test_a_hand_over_that_does_not_exist(self, guest: Walker, ten: datetime, data: dict[str, str]) -> None:
        guest.device(), guest.issue()
        assert guest.hand_over(ten, **data).status_code == 422

    def test_a_swollen_battery_is_not_posted(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue(swollen_battery="on")
        assert "may not be sent by post" in guest.page("/book/hand-over/")
        assert guest.hand_over(None).status_code == 409
        assert guest.hand_over(ten)["Location"] == "/book/price/"

    def test_a_battery_that_swells_after_post_was_chosen(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue(), guest.hand_over(None), guest.price()
        guest.details(line1="1 High Street", town="Leeds", postcode="LS1 1AA")
        guest.issue(swollen_battery="on"), guest.price()
        assert guest.get("/book/confirm/")["Location"] == "/book/hand-over/"
        assert not Booking.objects.exists()

    def test_same_day_is_not_posted(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue(urgency="same_day")
        assert guest.hand_over(None).status_code == 409

    @pytest.mark.parametrize(
        "data", [{"issues": []}, {"issues": ["nothing"]}, {"description": "short"}, {"description": "x" * 1501}, {"description": " " * 50},
                 {"backup": ""}, {"urgency": "yesterday"}, {"issues": [f"s{n}" for n in range(6)]}],
    )  # fmt: skip
    def test_an_issue_that_is_incomplete_keeps_what_was_typed(
        self, guest: Walker, ten: datetime, data: dict[str, Any]
    ) -> None:
        for number in range(6):
            make_service(f"s{number}")
        guest.device()
        answer = guest.issue(**data)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
        if "description" not in data:
            assert ISSUE["description"] in answer.content.decode()
        assert guest.get("/book/hand-over/")["Location"] == "/book/issue/1/"

    @pytest.mark.parametrize(
        "data", [{"described": ""}, {"described": "x"}, {"described": "x" * 121}, {"category": ""}, {"category": "car"}, {"identity": "352099001761482"},
                 {"identity": "x" * 61}, {"condition": "x" * 301}, {"described": "\x00\x00"}],
    )  # fmt: skip
    def test_a_device_that_is_not_one(self, guest: Walker, ten: datetime, data: dict[str, Any]) -> None:
        assert guest.device(**data).status_code == 422
        assert not BookingDraft.objects.exists()

    @pytest.mark.parametrize("number", [0, 2, 4, 99999999999999999999])
    def test_a_device_number_that_does_not_follow(self, guest: Walker, ten: datetime, number: int) -> None:
        assert guest.get(f"/book/device/{number}/").status_code == 302

    @pytest.mark.parametrize(
        "data", [{"name": ""}, {"email": ""}, {"email": "nobody"}, {"email": "a@b@c"}, {"email": "x" * 300 + "@example.com"}, {"phone": "12"},
                 {"phone": "call me"}, {"preferred_contact": "pigeon"}, {"preferred_contact": "sms", "phone": ""},
                 {"is_business": "on", "company": ""}, {"name": "x" * 121}, {"name": "\x00"}],
    )  # fmt: skip
    def test_details_that_do_not_reach_anybody(self, guest: Walker, ten: datetime, data: dict[str, str]) -> None:
        guest.device(), guest.issue(), guest.hand_over(ten), guest.price()
        answer = guest.details(**data)
        assert answer.status_code == 422, data
        assert "field-error" in answer.content.decode()
        assert guest.get("/book/confirm/")["Location"] == "/book/details/"

    @pytest.mark.parametrize("phone", ["+351 912 345 678", "00351912345678", "+1 212 555 0123", "+81 90-1234-5678"])
    def test_phones_of_other_countries(self, guest: Walker, ten: datetime, phone: str) -> None:
        guest.to_confirm(ten, phone=phone)
        assert booked(guest.confirm()).customer.phone.startswith("+")

    @pytest.mark.parametrize(
        "text", ["<script>alert(1)</script> and more", "'; DROP TABLE booking_booking; --", "نورا الشاشة مكسورة", "🙂🔧 screen is broken 🙂",
                 "{{ 7 * 7 }} {% raise %} text", "%s %(name)s {0} text here"],
    )  # fmt: skip
    def test_any_text_is_text(self, guest: Walker, ten: datetime, text: str) -> None:
        guest.device(described=text, condition=text)
        guest.issue(description=text), guest.hand_over(ten), guest.price()
        guest.details(name=text, is_business="on", company=text)
        page = guest.page("/book/confirm/")
        assert "<script>alert" not in page
        booking = booked(guest.confirm(page))
        assert (booking.customer.name, booking.devices.get().description) == (text, text)
        assert "<script>alert" not in guest.page(f"/bookings/{booking.token}/")

    def test_marks_that_turn_text_around_do_not_get_in(self, guest: Walker, ten: datetime) -> None:
        guest.to_confirm(ten, name="Grace\u202eGuest")
        assert booked(guest.confirm()).customer.name == "GraceGuest"

    def test_a_filled_trap_is_refused_and_nothing_stored(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue(), guest.hand_over(ten), guest.price()
        assert guest.details(website="https://spam.example").status_code == 403
        assert "details" not in BookingDraft.objects.get().answers
        guest.details()
        assert guest.confirm(website="https://spam.example").status_code == 403
        assert not Booking.objects.exists()
        assert not Customer.objects.exists()

    def test_too_many_bookings_of_one_contact(self, shop: Location, ten: datetime) -> None:
        Location.objects.update(slot_capacity=50)
        codes = []
        for _ in range(7):
            walker = Walker(shop)
            walker.to_confirm(ten)
            codes.append(walker.confirm().status_code)
        assert codes == [302] * 6 + [429]
        assert Booking.objects.count() == 6

    def test_an_address_that_may_not_book_uses_up_nobody_elses_contact(self, guest: Walker, ten: datetime) -> None:
        for _ in range(20):
            hit("booking-address", "127.0.0.1", limit=20, per=3600)
        guest.to_confirm(ten)
        assert guest.confirm().status_code == 429
        assert not RateLimit.objects.filter(scope="booking-contact").exists()

    def test_a_search_for_anything_answers(self, guest: Walker, ten: datetime) -> None:
        for asked in ("", "a", "<b>", "'; --", "🙂", "x" * 5000, "%00"):
            assert guest.client.get("/book/device/1/", {"q": asked}).status_code == 200
            assert guest.client.get("/book/device/1/suggestions/", {"q": asked}).status_code == 200
        for odd in (
            "?model=x",
            "?model=9999999999999999999999",
            "?category=car&brand=1",
            "?category=laptop&brand=abc",
            "?mine=-1",
        ):
            assert guest.get(f"/book/device/1/{odd}").status_code == 200
