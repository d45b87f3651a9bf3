"""Customers who try to break the shop: what is sent to every form and address must come back as words, never as a crash."""

from __future__ import annotations

import json
import re
from typing import Any
from zlib import crc32

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.booking.tests.walk import Walker
from revivatech.customers.models import Customer
from revivatech.notifications.models import Message
from revivatech.repairs.models import Note, Repair
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import next_opening
from revivatech.testing.jobs import run_jobs
from revivatech.testing.smtp import Mailbox, mail_on, smtp
from revivatech.testing.world import NOBODYS, Hand, Route, World, all_routes

__all__ = ["mail_on", "smtp"]  # fixtures
HTML = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SQL = "Robert'); DROP TABLE booking_booking;--"
NAMES = [
    "Zoë Ångström-O’Neill",
    "😀 👩‍👩‍👧‍👦",
    "مُحَمَّد بن عبد الله",
    "אַבְרָהָם",
    "\u202eevil\u202c name",
    "李小龍",
    SQL,
    HTML,
]
PHONES = {
    "+49 30 901820": "+4930901820", "0033 1 42 68 53 00": "+33142685300", "+1 (212) 555-0100": "+12125550100",
    "07700 900123": "+447700900123", "+91 98765 43210": "+919876543210",
    "٠٢٠ ٧٩٤٦ ٠١٢٣": "+442079460123",
}  # fmt: skip
SEGMENTS = ["%00", "a%00b", "%F0%9F%98%80", "%ff", "..%2f..%2fetc%2fpasswd", "x" * 2000, "%0d%0aSet-Cookie:a=b", "%27%20OR%201=1--",
            "99999999999999999999999", "9223372036854775808", "-1", "1" * 5000]  # fmt: skip
QUERIES = ["q=%00", "q=%ff", "q=" + "x" * 5000, "before=99999999999999999999&after=%00", "after=x|1&from=9999-12-31", "day=0001-01-01",
           "location=%C2%B2&status=%00&mine=9223372036854775807&model=99999999999999999999", "brand=%C2%B2&category=%00&theme=%22",
           "&&&==&", "q=%25_%5C&from=0001-01-01&day=9999-12-31", "technician=99999999999999999999&due=%00&sort=x"]  # fmt: skip


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world.ours.location)


def booked(walker: Walker, *, client: Client | None = None, **details: Any) -> Booking:
    """A booking by post for one who has typed these details."""
    walker.to_confirm(None, **{"line1": "1 High Street", "town": "London", "postcode": "SE1 9SG", **details})
    answer = walker.confirm()
    assert answer.status_code == 302, answer.content.decode()
    return Booking.objects.get(token=answer["Location"].split("/")[2])


# --- What people are called, and how they are rung --------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_kept_and_shown_as_text(walker: Walker, mail_on: Mailbox, fred: User, name: str) -> None:
    booking = booked(walker, name=name)
    assert Customer.objects.get(pk=booking.customer_id).name == name.replace("\u202e", "").replace("\u202c", "") or name
    run_jobs()
    repair = Repair.objects.get(booked_device__booking=booking)
    staff = Client()
    staff.force_login(fred)
    pages = [
        walker.page(f"/bookings/{booking.token}/"),
        walker.page(f"/track/{repair.token}/"),
        *(
            staff.get(path).content.decode()
            for path in (
                "/workbench/", "/workbench/board/", f"/workbench/repairs/{repair.code}/", "/workbench/customers/",
                f"/workbench/customers/{booking.customer_id}/", f"/workbench/bookings/{booking.code}/", "/workbench/messages/",
            )
        ),
        *(message.html for message in Message.objects.all()),
    ]  # fmt: skip
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert len(mail_on.messages) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "kept"), PHONES.items())
def test_phone_numbers_of_other_countries(walker: Walker, typed: str, kept: str) -> None:
    assert booked(walker, phone=typed).customer.phone == kept


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["12", "call me", "+999 123456789", "0" * 40])
def test_what_is_no_phone_number_is_said_at_the_field(walker: Walker, phone: str) -> None:
    walker.device()
    walker.issue()
    walker.hand_over(next_opening(walker.shop, days=2))
    walker.price()
    answer = walker.details(phone=phone)
    assert answer.status_code == 422
    assert 'id="id_phone' in answer.content.decode()


# --- HTML in every field ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_html_in_every_field_of_a_booking_stays_text(walker: Walker, mail_on: Mailbox, fred: User, olga: User) -> None:
    Business.objects.update(name=f"Shop {HTML}"[:80])
    walker.device(described=HTML[:110], condition=HTML, identity="")
    walker.issue(description=HTML * 3)
    walker.hand_over(next_opening(walker.shop, days=2))
    walker.price()
    walker.details(name=HTML, company=HTML, is_business="on", vat_number="")
    answer = walker.confirm()
    assert answer.status_code == 302, answer.content.decode()
    booking = Booking.objects.latest("pk")
    repair = Repair.objects.get(booked_device__booking=booking)
    Note.objects.create(repair=repair, body=HTML, for_customer=True, author_label=HTML)
    run_jobs()
    send = Hand(olga)
    world_of_it = [
        f"/bookings/{booking.token}/", f"/bookings/{booking.token}/cancellation/", f"/track/{repair.token}/",
        "/", "/book/", "/workbench/", "/workbench/board/", "/workbench/bookings/", f"/workbench/bookings/{booking.code}/",
        f"/workbench/repairs/{repair.code}/", "/workbench/customers/", f"/workbench/customers/{booking.customer_id}/",
        "/workbench/messages/", f"/workbench/?q={HTML}", f"/workbench/customers/?q={HTML}", f"/book/device/1/?q={HTML}",
        f"/workbench/catalogue/?q={HTML}", f"/workbench/messages/?q={HTML}", f"/workbench/bookings/?q={HTML}", f"/{HTML}",
    ]  # fmt: skip
    for path in world_of_it:
        page = send("GET", path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
    for message in mail_on.messages:
        html = message.get_body(("html",))
        assert html is not None
        assert "<script>alert" not in html.get_content()
        assert "<img src=x" not in html.get_content()


@pytest.mark.django_db
def test_a_calendar_file_and_mail_headers_take_no_lines_from_a_visitor(walker: Walker, mail_on: Mailbox) -> None:
    walker.device(described="Nokia\r\nATTENDEE:mailto:eve@example.com")
    walker.issue()
    walker.hand_over(next_opening(walker.shop, days=2))
    walker.price()
    walker.details(name="Grace\r\nBcc: eve@example.com")
    walker.confirm()
    booking = Booking.objects.latest("pk")
    run_jobs()
    lines = walker.get(f"/bookings/{booking.token}/calendar.ics").content.decode().replace("\r\n ", "").splitlines()
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert mail_on.recipients == ["grace@example.com"]
    assert [message["Bcc"] for message in mail_on.messages] == [None]


@pytest.mark.django_db
def test_an_export_starts_no_formula_in_a_spreadsheet(world: World, olga: User) -> None:
    model = world.arguments["catalogue.pk"]
    from revivatech.catalogue.models import DeviceModel

    DeviceModel.objects.filter(pk=model).update(name='=HYPERLINK("http://eve.example","x")')
    answer = Hand(olga)("GET", "/workbench/catalogue/export.csv")
    text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
    assert not re.search(r'(^|,)"?=HYPERLINK', text, flags=re.MULTILINE)


# --- Too much, too little, of the wrong kind --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "x" * 1_000_000}, 422),
        ({f"field{n}": "1" for n in range(5_000)}, 400),
        ({"name": "x" * 20_000_000}, 413),
        ({"name": ["Grace", "Grace"], "email": ["a@example.com", "b@example.com"], "terms": ["on", "on"]}, 302),
        ({"name": "a\x00b"}, 422),
        ({"name": "", "email": "", "phone": ""}, 422),
        ({"email": "x" * 300 + "@example.com"}, 422),
        ({"email": "grace@example.com\nBcc: eve@example.com"}, 422),
    ],
    ids=["a megabyte", "5,000 fields", "20 megabytes", "twice each", "NUL", "empty", "long address", "two lines"],
)
def test_details_of_the_wrong_size_or_kind(walker: Walker, data: dict[str, Any], status: int) -> None:
    walker.device()
    walker.issue()
    walker.hand_over(next_opening(walker.shop, days=2))
    walker.price()
    answer = walker.details(**data)
    assert answer.status_code == status
    assert b"Traceback" not in answer.content
    assert len(answer.content) < 3_000_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "slot", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "2020-01-01T10:00:00+00:00", "2026-02-30T10:00", "x" * 99, "\x00",
             "9999-12-31T23:59:59-14:00", "10:00"]
)  # fmt: skip
def test_times_that_nobody_can_come(walker: Walker, slot: str) -> None:
    walker.device()
    walker.issue()
    answer = walker.post("/book/hand-over/", {"method": "drop_off", "location": walker.shop.pk, "slot": slot})
    assert answer.status_code in (409, 422)
    assert not Booking.objects.filter(handover="drop_off", customer__email="grace@example.com").exists()


def gets_furthest(route: Route, alice: User, olga: User) -> User | None:
    """Who is let through to the code behind this address; others are turned away before anybody reads it."""
    if route.pattern.startswith(("workbench/", "setup/", "api/")):
        return olga
    return alice if route.pattern.startswith("account/") else None


@pytest.mark.django_db
@pytest.mark.slow
def test_no_address_breaks_by_what_stands_in_it(world: World, alice: User, olga: User, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    hands = {user: Hand(user) for user in (None, alice, olga)}
    for route in all_routes():
        if route.name == "health_ready":
            continue
        number = crc32(route.pattern.encode())  # the same for as long as there is the address
        send, path = hands[gets_furthest(route, alice, olga)], world.address(route)
        assert send("GET", f"{path}?{QUERIES[number % len(QUERIES)]}").status_code < 500
        if not route.parameters or "(?P" in route.pattern:
            continue
        for segment in (SEGMENTS[number % len(SEGMENTS)], "%00"):
            bad = "/" + re.sub(r"<[^>]+>", segment, route.pattern)
            for method in ("GET", "POST"):
                # A program without a token is asked for one; a call without a body is told what is missing.
                fine = (401, 403, 404, 405, 422) if bad.startswith("/api/") else (302, 403, 404, 405, 410)
                assert send(method, bad).status_code in fine, (method, bad)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/workbench/", "/workbench/bookings/", "/workbench/customers/", "/workbench/messages/", "/workbench/catalogue/",
             "/workbench/prices/", "/workbench/staff/", "/book/device/1/", "/devices/suggestions/", "/book/device/1/suggestions/"]
)  # fmt: skip
def test_no_search_breaks(world: World, olga: User, path: str) -> None:
    send = Hand(olga)
    texts = ["a\x00b", "%", "_____", "\\", "'; DROP TABLE x;--", "()|&:*!<->", "x" * 3000, "\u202e\u0301\u0301"]
    found = {text: send("GET", path, data={"q": text}).status_code for text in texts}
    assert found == dict.fromkeys(texts, 200)


# --- Other people's things --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_customer_reaches_nothing_of_another(world: World, alice: User, eve: User) -> None:
    theirs = world.theirs
    for user in (alice, eve):
        send = Hand(user)
        for path in ("", "now/", "answer/"):
            method = "POST" if path == "answer/" else "GET"
            assert send(method, f"/account/repairs/{theirs.repair.code}/{path}").status_code == 404
        assert theirs.repair.code not in send("GET", "/account/").content.decode()
        assert theirs.customer.email not in send("GET", "/account/profile/").content.decode()
    # A code is no token, and a token of one kind opens nothing of another kind.
    for wrong in (
        theirs.repair.code,
        theirs.booking.token,
        world.ours.repair.token[:-1],
        theirs.repair.token.swapcase(),
    ):
        assert Hand()("GET", f"/track/{wrong}/").status_code == 404
    for wrong in (theirs.booking.code, theirs.repair.token):
        assert Hand()("GET", f"/bookings/{wrong}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["tess", "fred", "mona"])
def test_staff_of_london_reach_nothing_of_manchester(world: World, who: str, request: pytest.FixtureRequest) -> None:
    theirs = world.theirs
    send = Hand(request.getfixturevalue(who))
    before = (theirs.repair.version, theirs.booking.status, Message.objects.get(pk=theirs.message.pk).status)
    for route in all_routes():
        named = {"code": theirs.repair.code if route.name.startswith("repairs:") else theirs.booking.code}
        if not route.pattern.startswith("workbench/") or "code" not in route.parameters:
            continue
        filled = {**{name: NOBODYS[kind or "str"] for name, kind in route.parameters.items()}, **named}
        path = reverse(route.name, kwargs={name: filled[name] for name in route.parameters})
        for method in ("GET", "POST"):
            answer = send(method, path)
            if answer.status_code == 302:  # a form with mistakes goes back to its page, which they may not see either
                answer = send("GET", answer["Location"].partition("#")[0])
            assert answer.status_code in (403, 404, 405), (method, path)
    for path in (f"/workbench/messages/{theirs.message.pk}/", f"/workbench/messages/{theirs.message.pk}/body/"):
        assert send("GET", path).status_code == 404
    assert send("POST", f"/workbench/messages/{theirs.message.pk}/sending/").status_code in (403, 404)
    for part in ("location", "hours", "closures", "slots", "caps"):
        for method in ("GET", "POST"):
            assert send(method, f"/workbench/settings/locations/{theirs.location.pk}/{part}/").status_code in (403, 404)
    ours = world.ours.location.pk
    for location in (ours, theirs.location.pk):  # a closure of theirs through a location of ours
        path = f"/workbench/settings/locations/{location}/closures/{theirs.closure.pk}/removal/"
        assert send("POST", path).status_code in (403, 404)
    for path in ("/workbench/", "/workbench/board/", f"/workbench/?location={theirs.location.pk}", "/workbench/messages/",
                 f"/workbench/bookings/?location={theirs.location.pk}", f"/workbench/?q={theirs.repair.code}"):  # fmt: skip
        page = send("GET", path).content.decode()
        assert theirs.booking.code not in page
        assert f"/repairs/{theirs.repair.code}/" not in page
    theirs.repair.refresh_from_db()
    theirs.booking.refresh_from_db()
    assert (theirs.repair.version, theirs.booking.status, Message.objects.get(pk=theirs.message.pk).status) == before
    theirs.closure.refresh_from_db()


# --- Protocol tricks --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stale_or_foreign_form_changes_nothing(world: World, olga: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)
    path = f"/workbench/bookings/{world.ours.booking.code}/cancellation/"
    for data in ({"reason": "x"}, {"reason": "x", "csrfmiddlewaretoken": "a" * 64}):
        answer = client.post(path, data)
        assert answer.status_code == 403
        assert b"open for too long" in answer.content
    world.ours.booking.refresh_from_db()
    assert world.ours.booking.status == "confirmed"


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost:80@evil.example", "", "a" * 300, "local_host"])
def test_a_forged_host_is_refused_in_words(shop: Location, host: str) -> None:
    answer = Client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert b"We could not read what was sent" in answer.content
    assert host.encode() not in answer.content or not host


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"],
)
def test_signing_in_leads_nowhere_else(alice: User, to: str) -> None:
    from revivatech.testing.factories import PASSWORD

    answer = Client().post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "next": to})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/track/not-a-token-of-ours/", 404), ("GET", "/nowhere/", 404), ("PUT", "/track/", 405), ("DELETE", "/book/", 405),
        ("GET", "/workbench/", 401), ("GET", "/first/wrong/", 410), ("GET", "/workbench/repairs/RT-0000000/", 401),
    ],
)  # fmt: skip
def test_programs_get_problem_json(shop: Location, olga: User, method: str, path: str, status: int) -> None:
    answer = Client().generic(method, path, headers={"Accept": "application/json"})
    assert answer.status_code == status
    if status != 405:
        assert answer["Content-Type"] == "application/problem+json"
        told = json.loads(answer.content)
        assert told["status"] == status
        assert told["type"].startswith("urn:revivatech:problem:")


@pytest.mark.django_db
def test_a_cookie_made_of_nonsense_is_no_cookie(shop: Location) -> None:
    for cookie in (
        "booking_draft=%00; sessionid=\x01",
        "booking_draft=" + "x" * 4000,
        "=;=;=",
        "csrftoken=a; messages=[[broken",
    ):
        for path in ("/", "/book/", "/book/device/1/", "/track/", "/accounts/login/"):
            assert Client().get(path, headers={"Cookie": cookie}).status_code in (200, 302), (cookie, path)
