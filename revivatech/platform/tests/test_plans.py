"""No list and no search reads a table from end to end: every question has an index, shown by PostgreSQL's own plans.

With sequential scans switched off the planner takes one only where no index helps at all, so a few rows tell what a million
would. Speed itself is measured in bench/.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revivatech.accounts.models import User
from revivatech.api import api
from revivatech.booking.models import Booking
from revivatech.notifications.models import Message
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.booking import hold_place, next_opening
from revivatech.testing.factories import make_customer, make_device, make_device_model, make_repair

# Tables that grow with the shop's work. The rest, such as locations, services and roles, stay small.
GROW = {
    "repairs_repair", "repairs_stagerun", "repairs_note", "repairs_handover", "repairs_warrantyline", "repairs_warrantyclaim",
    "repairs_timeentry", "repairs_selfcheckin", "customers_customer", "customers_customerdevice", "customers_consent",
    "booking_booking", "booking_bookeddevice", "booking_bookedissue", "booking_slotplace", "booking_capplace",
    "notifications_message", "notifications_attempt", "platform_eventrecord", "platform_eventhead", "platform_storedfile",
    "quotes_quote", "django_session", "usersessions_usersession", "accounts_user", "accounts_membership",
    "account_emailaddress", "mfa_authenticator", "socialaccount_socialaccount", "customers_company", "customers_contact",
}  # fmt: skip
QUEUE = ("", "?status=diagnosis", "?whose=mine", "?whose=nobody", "?late=1", "?urgency=priority", "?location={location}",
         "?closed=1", "?status=completed", "?closed=1&whose=mine", "?after=2_1766000000.0_5", "?closed=1&after=3_253370764800.0_5")  # fmt: skip
WORDS = (
    "{code}",
    "{part}",
    "zoë",
    "zoë+brown",
    "zo",
    "zoe@example.com",
    "020+7946+0958",
    "c02xyz",
    "490154203237518",
    "iphone+13",
    "zoë+iphone",
    "qqq",
)
AUDIT = (
    "group=prices",
    "group=sign_in&since=2026-01-01&until=2026-12-31",
    "person=1",
    "q=127.0.0.1",
    "q=user.signed_in",
    "before=9",
)
PEOPLE = (
    "",
    "?q=zoe",
    "?role=technician",
    "?location={location}",
    "?state=suspended",
    "?state=removed",
    "?state=no_second_factor",
    "?after=1",
)
STAFF = (
    *(f"/workbench/{query}" for query in QUEUE),
    *(f"/workbench/?q={words}" for words in WORDS),
    "/workbench/?q=zoe&status=completed", "/workbench/board/", "/workbench/repairs/{code}/",
    "/workbench/customers/", "/workbench/customers/?before=9", "/workbench/customers/{customer}/",
    *(f"/workbench/customers/?q={words}" for words in WORDS if "{" not in words),
    "/workbench/bookings/", "/workbench/bookings/{booking}/",
    *(f"/workbench/bookings/?q={words}" for words in ("{booking}", *WORDS) if words != "{code}"),
    "/workbench/messages/", "/workbench/messages/?status=failed", "/workbench/messages/?q=zoe", "/workbench/messages/?before=9",
    "/workbench/quotes/", "/workbench/claims/", "/workbench/audit/", "/workbench/audit/?q=zoe",
    "/workbench/catalogue/", "/workbench/catalogue/?q=iphone", "/workbench/prices/", "/workbench/staff/", "/workbench/staff/?q=zoe",
    *(f"/workbench/audit/?{asked}" for asked in AUDIT), *(f"/workbench/staff/{asked}" for asked in PEOPLE),
    "/workbench/companies/", "/workbench/companies/?q=arch", "/workbench/companies/?before=9",
)  # fmt: skip
API = (
    *(f"/api/v1/repairs{query}" for query in ("", "?status=diagnosis", "?closed=true", "?mine=true")),
    *(f"/api/v1/repairs?q={words}" for words in WORDS),
    *(f"/api/v1/customers?q={words}" for words in WORDS if "{" not in words),
    *(f"/api/v1/repairs/{{code}}/{of}" for of in ("notes", "files", "time", "claims", "certificates")),
    "/api/v1/certificates", "/api/v1/filters", "/api/v1/customers/{customer}/notes",
    "/api/v1/bookings", "/api/v1/claims", "/api/v1/shift-notes", "/api/v1/shift-notes?unread=true", "/api/v1/customers",
    "/api/v1/customers/{customer}/devices", "/api/v1/companies", "/api/v1/companies?q=arch", "/api/v1/devices?q=iphone",
)  # fmt: skip
PUBLIC = ("/track/{token}/", "/track/{token}/now/")


def whole_tables(sql: str) -> set[str]:
    """Growing tables that the plan of a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return {table for table in re.findall(r"Seq Scan on (\w+)", plan) if table in GROW}


@pytest.fixture
def places(shop: Location, tess: User, alice: User) -> dict[str, object]:
    customer = make_customer("Zoë Brown", email="zoe@example.com", phone="+442079460958")
    device = make_device(customer, model=make_device_model("iPhone 13"), serial="C02XYZ", imei="490154203237518")
    repair = make_repair(location=shop, customer=customer, device=device, status="diagnosis", assigned_to=tess)
    make_repair(location=shop, customer=alice.customer)
    booking = hold_place(shop, next_opening(shop, days=1, hour=16), customer=customer).booking
    Message.objects.create(
        template="t", customer=customer, location=shop, to_address="zoe@example.com", subject="S", text="T"
    )
    return {
        "location": shop.pk, "code": repair.code, "part": repair.code[3:7], "token": repair.token, "customer": customer.pk,
        "booking": booking.code,
    }  # fmt: skip


def reads(client: Client, addresses: tuple[str, ...], places: dict[str, object]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for address in addresses:
        path = address.format(**places)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code in (200, 302, 403), path
        for question in asked.captured_queries:
            if question["sql"].startswith("SELECT") and (whole := whole_tables(question["sql"])):
                found.setdefault(path, set()).update(whole)
    return found


def test_every_list_and_search_of_the_workbench_has_its_index(
    places: dict[str, object], olga: User, tess: User
) -> None:
    for user in (olga, tess):
        client = Client()
        client.force_login(user)
        mine = STAFF if user == olga else tuple(path for path in STAFF if "messages" not in path)
        assert reads(client, mine, places) == {}


def test_so_have_the_pages_of_customers(places: dict[str, object], alice: User) -> None:
    customer = Client()
    customer.force_login(alice)
    assert reads(customer, ("/account/", "/account/company/", "/account/security/"), places) == {}
    assert reads(Client(), PUBLIC, places) == {}


def test_so_have_the_lists_of_the_api(places: dict[str, object], olga: User, tess: User, alice: User) -> None:
    kinds = {address.partition("?")[0] for address in API}
    assert kinds == api_lists()
    assert reads(as_person(olga).client, API, places) == {}
    for user in (tess, alice):  # who sees less: fewer lists, or narrower ones
        mine = tuple(path for path in API if "customers" not in path and "companies" not in path)
        if user == alice:
            mine = ("/api/v1/repairs", "/api/v1/repairs?q=zo", "/api/v1/bookings")
        assert reads(as_person(user).client, mine, places) == {}


def api_lists() -> set[str]:
    """Of the API's own description: what is read page by page."""
    paths = api.get_openapi_schema()["paths"]
    return {
        path
        for path, methods in paths.items()
        if any(one["name"] == "cursor" for one in methods.get("get", {}).get("parameters", ()))
    }


def test_the_test_would_notice(places: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert whole_tables(str(Repair.objects.filter(condition="x").query).replace("= x", "= 'x'")) == {"repairs_repair"}
    assert whole_tables(str(Booking.objects.filter(pk=1).query)) == set()
