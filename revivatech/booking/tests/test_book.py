"""A stranger books on their phone, without JavaScript: every step, and every way to leave the path."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.booking.models import BookedIssue, Booking, BookingDraft, SlotPlace
from revivatech.catalogue.models import PriceRule, Service
from revivatech.customers.models import Consent, Customer, CustomerDevice
from revivatech.platform import clock
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import hold_place, make_service, next_opening
from revivatech.testing.factories import make_device, make_device_model

from .walk import Walker, booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(shop: Location) -> datetime:
    make_service("screen")
    make_service("battery", pence=8000)
    return next_opening(shop)


@pytest.fixture
def guest(shop: Location) -> Walker:
    return Walker(shop)


class TestTheWholeWay:
    def test_a_booking_with_everything_it_needs(self, guest: Walker, ten: datetime) -> None:
        assert guest.get("/book/")["Location"] == "/book/device/1/"
        assert guest.device()["Location"] == "/book/issue/1/"
        assert guest.issue()["Location"] == "/book/hand-over/"
        assert guest.hand_over(ten)["Location"] == "/book/price/"
        assert "£150.00" in guest.page("/book/price/")
        assert guest.price()["Location"] == "/book/details/"
        assert guest.details(start_requested="on", marketing_sms="on")["Location"] == "/book/confirm/"
        page = guest.page("/book/confirm/")
        assert "Book for £150.00" in page
        booking = booked(guest.confirm(page))
        assert (booking.status, booking.handover, booking.starts_at) == ("confirmed", "drop_off", ten)
        assert (booking.total_pence, booking.currency, booking.price["total_pence"]) == (15000, "GBP", 15000)
        assert (booking.terms_version, booking.start_requested, booking.source) == (1, True, "online")
        assert (booking.customer.name, booking.customer.phone) == ("Grace Guest", "+442079460123")
        assert booking.customer.user_id is None
        assert [(c.topic, c.channel, c.given) for c in Consent.objects.all()] == [
            ("start_early", "", True), ("marketing", "sms", True),
        ]  # fmt: skip
        assert SlotPlace.objects.get().booking == booking
        assert sorted(booking.cap_places.values_list("kind", flat=True)) == ["screen"]
        repair = Repair.objects.get(booked_device__booking=booking)
        assert (repair.status, repair.agreed_pence) == ("booked", 15000)
        after = guest.page(f"/bookings/{booking.token}/")
        assert "You are booked" in after
        assert booking.code in after
        assert f"/track/{repair.token}/" in after

    def test_terms_are_accepted_with_their_version_and_kept_word_for_word(self, guest: Walker, ten: datetime) -> None:
        Business.objects.update(terms="We repair with care.", terms_version=3)
        guest.device(), guest.issue(), guest.hand_over(ten), guest.price()
        refused = guest.details()
        assert refused.status_code == 422
        assert "Accept the terms to book." in refused.content.decode()
        assert guest.details(terms="on")["Location"] == "/book/confirm/"
        booking = booked(guest.confirm())
        consent = Consent.objects.get(topic="terms")
        assert (booking.terms_version, consent.version, consent.wording) == (3, 3, "We repair with care.")

    def test_new_terms_are_accepted_anew(self, guest: Walker, ten: datetime) -> None:
        Business.objects.update(terms="We repair with care.", terms_version=3)
        page = guest.to_confirm(ten, terms="on")
        Business.objects.update(terms="We repair with more care.", terms_version=4)
        assert guest.confirm(page)["Location"] == "/book/details/"
        assert "Our terms have changed" in guest.page("/book/details/")
        assert not Booking.objects.exists()

    def test_a_model_of_the_catalogue_is_found_and_chosen(self, guest: Walker, ten: datetime) -> None:
        model = make_device_model("iPhone 13")
        assert guest.get(f"/book/?model={model.pk}")["Location"] == f"/book/device/1/?model={model.pk}"
        assert "Apple iPhone 13" in guest.page(f"/book/device/1/?model={model.pk}")
        answer = guest.post(
            f"/book/device/1/?model={model.pk}", {"condition": "Bent", "identity": "35-209900-176148-1"}
        )
        assert answer["Location"] == "/book/issue/1/"
        guest.issue(), guest.hand_over(ten), guest.price(), guest.details()
        booked(guest.confirm())
        device = CustomerDevice.objects.get()
        assert (device.model, device.imei, device.serial) == (model, "352099001761481", "")

    def test_browsing_leads_from_category_to_brand_to_model(self, guest: Walker, ten: datetime) -> None:
        model = make_device_model("iPhone 13")
        assert "category=smartphone" in guest.page("/book/device/1/")
        assert f"brand={model.brand_id}" in guest.page("/book/device/1/?category=smartphone")
        assert f"?model={model.pk}" in guest.page(f"/book/device/1/?category=smartphone&brand={model.brand_id}")

    def test_post_has_no_slot_and_needs_an_address(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue()
        assert guest.hand_over(None)["Location"] == "/book/price/"
        guest.price()
        refused = guest.details()
        assert refused.status_code == 422
        page = refused.content.decode()
        assert "Grace Guest" in page  # what was typed is kept
        guest.details(line1="1 High Street", town="Leeds", postcode="LS1 1AA")
        booking = booked(guest.confirm())
        assert (booking.starts_at, booking.address["town"], booking.total_pence) == (None, "Leeds", 15500)
        assert not SlotPlace.objects.exists()
        assert guest.get(f"/bookings/{booking.token}/calendar.ics").status_code == 404

    def test_three_devices_in_one_booking(self, guest: Walker, ten: datetime) -> None:
        guest.device()
        assert guest.issue(next="add")["Location"] == "/book/device/2/"
        guest.device(2, described="Pixel 8")
        assert guest.issue(2, issues=["screen", "battery"], next="add")["Location"] == "/book/device/3/"
        guest.device(3, described="Fairphone 5")
        assert guest.issue(3, issues=["battery"], next="add")["Location"] == "/book/hand-over/"  # three are the most
        assert guest.get("/book/device/4/").status_code == 302
        guest.hand_over(ten), guest.price(), guest.details()
        booking = booked(guest.confirm())
        assert booking.total_pence == 15000 + 23000 + 8000
        assert [device.price["total_pence"] for device in booking.devices.all()] == [15000, 23000, 8000]
        assert BookedIssue.objects.count() == 4
        assert Repair.objects.filter(booked_device__booking=booking).count() == 3

    def test_a_device_is_taken_out_again(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue(next="add"), guest.device(2, described="Pixel 8"), guest.issue(2)
        assert guest.post("/book/device/2/removal/", {})["Location"] == "/book/hand-over/"
        assert [d["described"] for d in BookingDraft.objects.get().answers["devices"]] == ["Nokia 3310"]

    def test_the_quality_chosen_is_priced_and_stored(self, guest: Walker, ten: datetime) -> None:
        PriceRule.objects.all().delete()
        make_service("screen", qualities={"original": 22000})
        guest.device(), guest.issue(), guest.hand_over(ten)
        page = guest.page("/book/price/")
        assert "£220.00" in page
        assert "£150.00" in page
        updated = guest.price(quality_0="original", update="1")
        assert updated.status_code == 200
        assert not BookingDraft.objects.get().answers.get("price")
        assert guest.price(quality_0="original")["Location"] == "/book/details/"
        guest.details()
        booking = booked(guest.confirm())
        assert booking.total_pence == 22000
        assert BookedIssue.objects.get().quality == "original"

    def test_without_a_price_rule_the_page_says_that_a_quote_follows(self, guest: Walker, ten: datetime) -> None:
        make_service("custom", pence=None)
        guest.device(), guest.issue(issues=["custom"]), guest.hand_over(ten)
        assert "we will quote" in guest.page("/book/price/")
        guest.price(), guest.details()
        assert "price after diagnosis" in guest.page("/book/confirm/")
        booking = booked(guest.confirm())
        assert Repair.objects.get(booked_device__booking=booking).agreed_pence is None


class TestSignedIn:
    def test_a_customer_is_not_asked_what_we_know(self, shop: Location, ten: datetime, alice: User) -> None:
        client = Client()
        client.force_login(alice)
        mine = make_device(alice.customer, described="", model=make_device_model("iPhone 13"))
        walker = Walker(shop, client)
        assert f"?mine={mine.pk}" in walker.page("/book/device/1/")
        walker.post(f"/book/device/1/?mine={mine.pk}", {"condition": ""})
        walker.issue(), walker.hand_over(ten), walker.price()
        page = walker.page("/book/details/")
        assert 'name="email"' not in page
        assert "You book as Alice, alice@example.com." in page
        walker.details(name="Mallory", email="mallory@example.com")
        booking = booked(walker.confirm())
        assert booking.customer == alice.customer
        assert booking.customer.email == "alice@example.com"
        assert booking.devices.get().device == mine
        assert Customer.objects.count() == 1

    def test_nobody_books_with_another_customers_device(
        self, shop: Location, ten: datetime, alice: User, eve: User
    ) -> None:
        client = Client()
        client.force_login(eve)
        theirs = make_device(alice.customer, described="Secret prototype")
        answer = Walker(shop, client).get(f"/book/device/1/?mine={theirs.pk}")
        assert "Secret prototype" not in answer.content.decode()
        Walker(shop, client).post(f"/book/device/1/?mine={theirs.pk}", {"condition": ""})
        assert not BookingDraft.objects.exists()


class TestLeavingThePath:
    @pytest.mark.parametrize("step", ["issue/1", "hand-over", "price", "details", "confirm"])
    def test_skipping_ahead_leads_to_the_first_unfinished_step(self, guest: Walker, ten: datetime, step: str) -> None:
        assert guest.get(f"/book/{step}/")["Location"] == "/book/device/1/"
        guest.device()
        if step != "issue/1":
            assert guest.get(f"/book/{step}/")["Location"] == "/book/issue/1/"
            assert guest.post(f"/book/{step}/", {})["Location"] == "/book/issue/1/"

    def test_the_draft_is_restored_and_goes_on_where_it_was_left(self, guest: Walker, ten: datetime) -> None:
        guest.device(), guest.issue()
        assert guest.get("/book/")["Location"] == "/book/hand-over/"
        assert "The screen is cracked" in guest.page("/book/issue/1/")
        Service.objects.filter(key="screen").update(summary="Drains fast, swollen, shuts down, does not charge")
        assert "Descarrega depressa, inchou" in guest.page(
            "/pt/book/issue/1/"
        )  # words of ours, in the reader's language
        cookie = guest.client.cookies["booking_draft"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
            True,
            "Lax",
            "/",
            86400,
        )

    def test_a_draft_is_gone_after_a_day(self, guest: Walker, ten: datetime) -> None:
        guest.device()
        with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
            assert guest.get("/book/")["Location"] == "/book/device/1/"
            assert guest.get("/book/issue/1/")["Location"] == "/book/device/1/"

    def test_anothers_draft_needs_anothers_cookie(self, guest: Walker, ten: datetime) -> None:
        guest.device()
        other = Walker(guest.shop)
        other.client.cookies["booking_draft"] = "guessed"
        assert other.get("/book/issue/1/")["Location"] == "/book/device/1/"

    def test_pages_are_not_stored_by_browsers(self, guest: Walker, ten: datetime) -> None:
        assert "no-store" in guest.get("/book/device/1/")["Cache-Control"]

    def test_going_back_to_another_kind_of_device_asks_again_what_is_wrong(self, guest: Walker, ten: datetime) -> None:
        make_service("keyboard", categories=["laptop"])
        guest.device(), guest.issue()
        assert guest.device(category="laptop", described="Old laptop")["Location"] == "/book/issue/1/"

    def test_going_back_to_change_the_fault_shows_the_price_again(self, guest: Walker, ten: datetime) -> None:
        guest.to_confirm(ten)
        assert guest.issue(issues=["battery"])["Location"] == "/book/price/"
        guest.price()
        assert "Book for £80.00" in guest.page("/book/confirm/")

    def test_a_shop_that_is_not_open_says_so(self, guest: Walker, ten: datetime) -> None:
        Business.objects.update(opened_at=None)
        assert "Booking is not open yet" in guest.page("/book/device/1/")
        assert guest.device().status_code == 409
        assert not BookingDraft.objects.exists()


class TestTwoTabs:
    def test_sending_the_last_form_twice_shows_the_same_booking(self, guest: Walker, ten: datetime) -> None:
        page = guest.to_confirm(ten)
        first, second = guest.confirm(page), guest.confirm(page)
        assert booked(first) == booked(second)
        assert Booking.objects.count() == 1
        assert guest.get("/book/confirm/")["Location"] == first["Location"]
        assert guest.get("/book/")["Location"] == "/book/device/1/"  # the next booking begins afresh

    def test_what_another_tab_changed_is_shown_before_it_is_booked(self, guest: Walker, ten: datetime) -> None:
        page = guest.to_confirm(ten)
        guest.issue(issues=["battery"]), guest.price()
        answer = guest.confirm(page)
        assert answer.status_code == 409
        assert "changed in another window" in answer.content.decode()
        assert not Booking.objects.exists()
        booked(guest.confirm(answer.content.decode()))

    def test_an_old_tab_does_not_book_the_next_draft(self, guest: Walker, ten: datetime) -> None:
        page = guest.to_confirm(ten)
        guest.confirm(page)
        guest.to_confirm(ten + timedelta(hours=1))
        assert guest.confirm(page).status_code == 409
        assert Booking.objects.count() == 1


class TestChangedMeanwhile:
    def test_a_new_price_is_shown_and_nothing_booked(self, guest: Walker, ten: datetime) -> None:
        page = guest.to_confirm(ten)
        PriceRule.objects.filter(service__key="screen").update(price_pence=16000)
        answer = guest.confirm(page)
        assert answer.status_code == 409
        assert "It was £150.00 and is now £160.00" in answer.content.decode()
        assert not Booking.objects.exists()
        assert booked(guest.confirm(answer.content.decode())).total_pence == 16000

    @pytest.mark.parametrize("total", ["", "-1", "abc", "١٥", "99999999999999999999", "1e4", "14999"])
    def test_a_forged_total_is_not_believed(self, guest: Walker, ten: datetime, total: str) -> None:
        page = guest.to_confirm(ten)
        assert guest.confirm(page, total=total).status_code == 409
        assert not Booking.objects.exists()

    def test_a_slot_taken_meanwhile_offers_the_next_free_ones(
        self, guest: Walker, shop: Location, ten: datetime
    ) -> None:
        page = guest.to_confirm(ten)
        hold_place(shop, ten), hold_place(shop, ten)
        answer = guest.confirm(page)
        assert answer.status_code == 409
        assert "That time is no longer free" in answer.content.decode()
        assert (ten + timedelta(minutes=30)).isoformat() in answer.content.decode()
        assert guest.hand_over(ten + timedelta(minutes=30))["Location"] == "/book/confirm/"
        assert booked(guest.confirm()).starts_at == ten + timedelta(minutes=30)

    def test_a_full_slot_is_refused_at_its_step(self, guest: Walker, shop: Location, ten: datetime) -> None:
        hold_place(shop, ten), hold_place(shop, ten)
        guest.device(), guest.issue()
        answer = guest.hand_over(ten)
        assert answer.status_code == 409
        assert "The next free times" in answer.content.decode()

    def test_a_location_that_closed_is_chosen_again(self, guest: Walker, manchester: Location, ten: datetime) -> None:
        page = guest.to_confirm(ten)
        Location.objects.filter(pk=guest.shop.pk).update(active=False)
        assert guest.confirm(page)["Location"] == "/book/hand-over/"
        assert not Booking.objects.exists()

    def test_a_model_hidden_meanwhile_is_chosen_again(self, guest: Walker, ten: datetime) -> None:
        model = make_device_model("iPhone 13")
        guest.post(f"/book/device/1/?model={model.pk}", {"condition": "", "identity": ""})
        guest.issue(), guest.hand_over(ten), guest.price(), guest.details()
        page = guest.page("/book/confirm/")
        type(model).objects.filter(pk=model.pk).update(hidden=True)
        assert guest.confirm(page)["Location"] == "/book/device/1/"
        assert "no longer listed" in guest.page("/book/device/1/")
