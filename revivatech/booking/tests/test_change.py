"""After the confirmation: the private link, its calendar file, another time, cancelling; and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from revivatech.accounts.models import User
from revivatech.booking import actions
from revivatech.booking.models import Booking, CapPlace, SlotPlace
from revivatech.booking.problems import NotChangeable, SlotTaken, TooLateToChange
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.booking import hold_place, make_booking, make_request, make_service, next_opening
from revivatech.testing.factories import make_customer

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]


@pytest.fixture
def ten(shop: Location) -> datetime:
    make_service("screen")
    return next_opening(shop, days=2)


@pytest.fixture
def booking(shop: Location, ten: datetime) -> Booking:
    return actions.confirm(make_request(shop, ten), idempotency_key="one", by=visitor())


def holder(booking: Booking) -> Actor:
    return by_link("booking", booking.pk)


def events(booking: Booking) -> list[str]:
    log = EventRecord.objects.filter(subject_kind="booking", subject_id=booking.pk)
    return list(log.order_by("sequence").values_list("name", flat=True))


class TestMoving:
    def test_the_new_place_is_taken_and_the_old_one_free_again(
        self, shop: Location, booking: Booking, ten: datetime
    ) -> None:
        later = ten + timedelta(hours=2)
        moved = actions.reschedule(booking.pk, later, by=holder(booking))
        assert (moved.starts_at, moved.ends_at, moved.calendar_sequence) == (later, later + timedelta(minutes=30), 1)
        assert SlotPlace.objects.get().starts_at == later
        assert CapPlace.objects.count() == 1
        row = EventRecord.objects.get(name="booking.rescheduled")
        assert row.payload == {"booking_id": booking.pk, "before": ten.isoformat(), "after": later.isoformat()}

    def test_to_the_same_time_changes_nothing(self, booking: Booking, ten: datetime) -> None:
        actions.reschedule(booking.pk, ten, by=holder(booking))
        assert events(booking) == ["booking.confirmed"]

    def test_to_a_full_slot_leaves_it_where_it_was(self, shop: Location, booking: Booking, ten: datetime) -> None:
        full = ten + timedelta(hours=1)
        hold_place(shop, full), hold_place(shop, full)
        with pytest.raises(SlotTaken) as refused:
            actions.reschedule(booking.pk, full, by=holder(booking))
        assert refused.value.next_free[0] == full + timedelta(minutes=30)
        booking.refresh_from_db()
        assert booking.starts_at == booking.slot_place.starts_at == ten
        assert events(booking) == ["booking.confirmed"]

    @pytest.mark.parametrize(
        "shift", [timedelta(days=-400), timedelta(days=400), timedelta(minutes=7), timedelta(hours=14)]
    )
    def test_to_a_time_that_is_not_offered(self, booking: Booking, ten: datetime, shift: timedelta) -> None:
        with pytest.raises(SlotTaken):
            actions.reschedule(booking.pk, ten + shift, by=holder(booking))
        assert SlotPlace.objects.get().starts_at == ten

    def test_a_moment_without_zone_is_no_time(self, booking: Booking) -> None:
        with pytest.raises(Invalid):
            actions.reschedule(booking.pk, datetime(2026, 12, 1, 10), by=holder(booking))

    def test_post_has_no_time_to_move(self, shop: Location, ten: datetime) -> None:
        posted = actions.confirm(make_request(shop), idempotency_key="post", by=visitor())
        with pytest.raises(NotChangeable):
            actions.reschedule(posted.pk, ten, by=holder(posted))


class TestCancelling:
    def test_the_place_is_free_again_and_the_repair_cancelled(self, booking: Booking) -> None:
        done = actions.cancel(booking.pk, reason="  Bought a\nnew one ", by=holder(booking))
        assert (done.status, done.cancel_reason, done.calendar_sequence) == ("cancelled", "Bought a new one", 1)
        assert not SlotPlace.objects.exists()
        assert not CapPlace.objects.exists()
        assert Repair.objects.get().status == "cancelled"
        assert events(booking) == ["booking.confirmed", "booking.cancelled"]

    def test_once_only(self, booking: Booking, ten: datetime) -> None:
        actions.cancel(booking.pk, by=holder(booking))
        with pytest.raises(NotChangeable):
            actions.cancel(booking.pk, by=holder(booking))
        with pytest.raises(NotChangeable):
            actions.reschedule(booking.pk, ten + timedelta(hours=1), by=holder(booking))
        assert events(booking) == ["booking.confirmed", "booking.cancelled"]

    def test_not_when_the_device_is_here(self, booking: Booking, fred: User, actor: ActorOf) -> None:
        actions.mark_arrived(booking.pk, by=actor(fred))
        actions.mark_arrived(booking.pk, by=actor(fred))
        with pytest.raises(NotChangeable):
            actions.cancel(booking.pk, by=actor(fred))
        assert events(booking) == ["booking.confirmed", "booking.arrived"]

    def test_a_cancelled_booking_does_not_arrive(self, booking: Booking, fred: User, actor: ActorOf) -> None:
        actions.cancel(booking.pk, by=holder(booking))
        with pytest.raises(NotChangeable):
            actions.mark_arrived(booking.pk, by=actor(fred))


def _an_hour_later(booking: Booking) -> datetime:
    assert booking.starts_at is not None
    return booking.starts_at + timedelta(hours=1)


VERBS: dict[str, Callable[[Booking, Actor], object]] = {
    "reschedule": lambda booking, by: actions.reschedule(booking.pk, _an_hour_later(booking), by=by),
    "cancel": lambda booking, by: actions.cancel(booking.pk, by=by),
}
# Who, how long before the visit, and how it ends.
WHO_MAY = [
    ("link", timedelta(hours=2, minutes=1), None),
    ("link", timedelta(hours=1, minutes=59), TooLateToChange),
    ("alice", timedelta(hours=2, minutes=1), None),
    ("alice", timedelta(hours=1, minutes=59), TooLateToChange),
    ("fred", timedelta(minutes=1), None),
    ("mona", timedelta(minutes=1), None),
    ("olga", timedelta(minutes=1), None),
    ("tess", timedelta(days=1), Denied),
    ("bob", timedelta(days=1), NotFound),
    ("eve", timedelta(days=1), NotFound),
    ("visitor", timedelta(days=1), NotFound),
    ("another link", timedelta(days=1), NotFound),
    ("manchester", timedelta(days=1), NotFound),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("who", "before", "refusal"), WHO_MAY)
def test_who_may_change_a_booking_and_until_when(
    verb: str, who: str, before: timedelta, refusal: type[Exception] | None, shop: Location, manchester: Location,
    ten: datetime, actor: ActorOf, alice: User, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    from revivatech.accounts.permissions import FRONT_DESK
    from revivatech.testing.factories import make_staff

    booking = hold_place(shop, ten, customer=alice.customer).booking
    other = make_booking(location=shop, starts_at=ten)
    match who:
        case "link":
            by = holder(booking)
        case "another link":
            by = holder(other)
        case "visitor":
            by = visitor()
        case "manchester":
            by = actor(make_staff(FRONT_DESK, at=manchester))
        case _:
            by = actor(request.getfixturevalue(who))
    with clock.frozen(ten - before):
        if refusal is None:
            VERBS[verb](booking, by)
        else:
            with pytest.raises(refusal):
                VERBS[verb](booking, by)
    booking.refresh_from_db()
    unchanged = booking.status == "confirmed" and booking.starts_at == ten and SlotPlace.objects.get().starts_at == ten
    assert unchanged == (refusal is not None)
    assert bool(events(booking)) == (refusal is None)


class TestTheLink:
    def test_it_is_private(self, booking: Booking) -> None:
        for page in ("", "now/", "calendar.ics", "change/", "cancellation/"):
            answer = Client().get(f"/bookings/{booking.token}/{page}")
            assert answer.status_code == 200, page
            assert answer["Cache-Control"] == "private, no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize("page", ["", "now/", "calendar.ics", "change/", "cancellation/"])
    def test_a_guessed_token_or_the_code_opens_nothing(self, booking: Booking, page: str) -> None:
        for token in (
            booking.code,
            booking.token[:-1] + ("y" if booking.token.endswith("x") else "x"),
            booking.token.swapcase(),
            "x" * 500,
            "%00",
        ):
            assert Client().get(f"/bookings/{token}/{page}").status_code == 404

    def test_it_expires_half_a_year_after_the_visit(self, booking: Booking, ten: datetime) -> None:
        with clock.frozen(ten + timedelta(days=181)):
            for page in ("", "now/", "calendar.ics", "change/", "cancellation/"):
                assert Client().get(f"/bookings/{booking.token}/{page}").status_code == 410
            assert Client().post(f"/bookings/{booking.token}/cancellation/", {}).status_code == 410

    def test_another_time_by_link(self, booking: Booking, ten: datetime) -> None:
        path = f"/bookings/{booking.token}/change/"
        later = ten + timedelta(hours=3)
        assert later.isoformat() in Client().get(path).content.decode()
        answer = Client().post(path, {"slot": later.isoformat()})
        assert (answer.status_code, answer["Location"]) == (302, f"/bookings/{booking.token}/")
        booking.refresh_from_db()
        assert booking.starts_at == later

    @pytest.mark.parametrize("slot", ["", "soon", "2020-01-01T10:00:00+00:00", "2026-12-01T10:00"])
    def test_a_time_that_cannot_be(self, booking: Booking, ten: datetime, slot: str) -> None:
        answer = Client().post(f"/bookings/{booking.token}/change/", {"slot": slot})
        assert answer.status_code in (409, 422)
        booking.refresh_from_db()
        assert booking.starts_at == ten

    def test_cancelled_by_link_and_said_so(self, booking: Booking) -> None:
        client = Client()
        answer = client.post(f"/bookings/{booking.token}/cancellation/", {"reason": "<b>No</b>"}, follow=True)
        page = answer.content.decode()
        assert "Booking cancelled" in page
        assert client.post(f"/bookings/{booking.token}/cancellation/", {}).status_code == 409
        assert client.get(f"/bookings/{booking.token}/change/").status_code == 409

    def test_too_late_says_whom_to_ring(self, booking: Booking, ten: datetime) -> None:
        with clock.frozen(ten - timedelta(hours=1)):
            page = Client().get(f"/bookings/{booking.token}/").content.decode()
            assert "too late to change this online" in page
            assert "+442079460000" in page
            assert Client().post(f"/bookings/{booking.token}/cancellation/", {}).status_code == 403


class TestTheCalendarFile:
    def entry(self, booking: Booking) -> dict[str, object]:
        answer = Client().get(f"/bookings/{booking.token}/calendar.ics")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        file = Calendar.from_ical(answer.content)
        (event,) = file.walk("VEVENT")
        return {
            "method": str(file["METHOD"]),
            **{name: event[name] for name in ("UID", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "LOCATION")},
        }

    def test_a_change_replaces_the_entry(self, booking: Booking, ten: datetime) -> None:
        first = self.entry(booking)
        assert (first["method"], first["SEQUENCE"], first["STATUS"]) == ("PUBLISH", 0, "CONFIRMED")
        assert first["DTSTART"].dt == ten  # type: ignore[attr-defined]
        assert str(first["LOCATION"]) == "London Bridge, 8 Tooley Street, London, SE1 2SZ"
        later = ten + timedelta(hours=1)
        actions.reschedule(booking.pk, later, by=holder(booking))
        second = self.entry(booking)
        assert (second["UID"], second["SEQUENCE"], second["DTSTART"].dt) == (first["UID"], 1, later)  # type: ignore[attr-defined]
        actions.cancel(booking.pk, by=holder(booking))
        third = self.entry(booking)
        assert (third["UID"], third["SEQUENCE"], third["STATUS"], third["method"]) == (
            first["UID"],
            2,
            "CANCELLED",
            "CANCEL",
        )


class TestTheDiary:
    def test_the_day_at_a_location(
        self, booking: Booking, ten: datetime, fred: User, sign_in: Callable[[User], Client]
    ) -> None:
        client = sign_in(fred)
        page = client.get("/workbench/bookings/", {"day": f"{ten:%Y-%m-%d}"}).content.decode()
        assert booking.code in page
        assert "Grace Guest" in page
        assert booking.code not in client.get("/workbench/bookings/").content.decode()
        assert 'id="diary-now"' in client.get("/workbench/bookings/now/", {"day": f"{ten:%Y-%m-%d}"}).content.decode()

    @pytest.mark.parametrize(
        "asked", ["Grace", "guest", "020 7946 0123", "+442079460123", "grace@example.com", "460123"]
    )
    def test_search(self, booking: Booking, fred: User, sign_in: Callable[[User], Client], asked: str) -> None:
        assert booking.code in sign_in(fred).get("/workbench/bookings/", {"q": asked}).content.decode()

    def test_search_by_code_forgives(self, booking: Booking, fred: User, sign_in: Callable[[User], Client]) -> None:
        asked = booking.code.lower().replace("-", " ")
        assert booking.code in sign_in(fred).get("/workbench/bookings/", {"q": asked}).content.decode()

    @pytest.mark.parametrize("asked", ["Nobody", "%", "_", "'; --", "🙂🙂", "x" * 3000, "00"])
    def test_search_without_result(
        self, booking: Booking, fred: User, sign_in: Callable[[User], Client], asked: str
    ) -> None:
        answer = sign_in(fred).get("/workbench/bookings/", {"q": asked})
        assert answer.status_code == 200
        assert booking.code not in answer.content.decode()

    def test_results_are_paged_by_key(
        self, shop: Location, ten: datetime, fred: User, sign_in: Callable[[User], Client]
    ) -> None:
        known = make_customer("Prolific Pat")
        rows = [make_booking(location=shop, starts_at=ten, customer=known) for _ in range(31)]
        client = sign_in(fred)
        first = client.get("/workbench/bookings/", {"q": "Prolific"}).content.decode()
        assert rows[1].code in first
        assert rows[0].code not in first
        assert f"before={rows[1].pk}" in first
        assert (
            rows[0].code
            in client.get("/workbench/bookings/", {"q": "Prolific", "before": str(rows[1].pk)}).content.decode()
        )

    def test_other_locations_are_not_found(
        self, manchester: Location, ten: datetime, fred: User, olga: User, sign_in: Callable[[User], Client]
    ) -> None:
        elsewhere = make_booking(location=manchester, starts_at=ten)
        assert sign_in(fred).get(f"/workbench/bookings/{elsewhere.code}/").status_code == 404
        assert sign_in(olga).get(f"/workbench/bookings/{elsewhere.code}/").status_code == 200
        assert sign_in(fred).post(f"/workbench/bookings/{elsewhere.code}/cancellation/", {}).status_code == 404
        elsewhere.refresh_from_db()
        assert elsewhere.status == "confirmed"

    @pytest.mark.parametrize("page", ["", "now/", "{code}/", "{code}/change/", "{code}/cancellation/"])
    def test_customers_and_strangers_do_not_come_in(
        self, booking: Booking, eve: User, sign_in: Callable[[User], Client], page: str
    ) -> None:
        path = "/workbench/bookings/" + page.format(code=booking.code)
        assert sign_in(eve).get(path).status_code == 403
        assert Client().get(path)["Location"].startswith("/accounts/login/")

    def test_a_technician_reads_but_does_not_change(
        self, booking: Booking, tess: User, sign_in: Callable[[User], Client]
    ) -> None:
        client = sign_in(tess)
        page = client.get(f"/workbench/bookings/{booking.code}/").content.decode()
        assert "/cancellation/" not in page
        assert client.post(f"/workbench/bookings/{booking.code}/cancellation/", {}).status_code == 403
        booking.refresh_from_db()
        assert booking.status == "confirmed"

    def test_staff_move_and_cancel(
        self, booking: Booking, ten: datetime, fred: User, sign_in: Callable[[User], Client]
    ) -> None:
        client = sign_in(fred)
        later = ten + timedelta(hours=2)
        assert (
            client.post(f"/workbench/bookings/{booking.code}/change/", {"slot": later.isoformat()}).status_code == 302
        )
        assert client.post(f"/workbench/bookings/{booking.code}/cancellation/", {"reason": "Rang"}).status_code == 302
        row = EventRecord.objects.get(name="booking.cancelled")
        assert (row.actor_kind, row.actor_id, row.actor_label, row.payload["reason"]) == (
            "staff",
            fred.pk,
            "Fred",
            "Rang",
        )

    @pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "x", ""])
    def test_any_day_can_be_asked_for(
        self, booking: Booking, fred: User, sign_in: Callable[[User], Client], day: str
    ) -> None:
        assert sign_in(fred).get("/workbench/bookings/", {"day": day}).status_code == 200
