"""A shop of some years: the pages people open all day ask the database no more questions than in the first week."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import cycle

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revivatech.accounts.models import User
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.repairs.models import Repair
from revivatech.repairs.statuses import OPEN
from revivatech.shop.models import Location
from revivatech.testing.booking import hold_place, next_opening
from revivatech.testing.factories import make_customer, make_device_model, make_repair

FEW, MANY = 60, 2_000
PAGES = (
    "/workbench/", "/workbench/now/", "/workbench/board/", "/workbench/?q=customer", "/workbench/?late=1", "/workbench/?closed=1",
    "/workbench/customers/", "/workbench/customers/?q=customer", "/workbench/bookings/", "/workbench/bookings/?q=customer",
    "/workbench/messages/", "/workbench/messages/?q=example", "/workbench/catalogue/",
)  # fmt: skip


def fill(location: Location, tess: User, alice: User, count: int) -> None:
    """Repairs in every open status, of devices with and without a model, theirs and Alice's, with a message each."""
    model = make_device_model()
    statuses, now = cycle(OPEN), clock.now()
    for number in range(count):
        customer = alice.customer if number % 10 == 0 else make_customer()
        repair = make_repair(
            location=location, customer=customer, status=next(statuses), assigned_to=tess if number % 3 else None,
            stage_due_at=now + timedelta(minutes=number - count // 2),
        )  # fmt: skip
        if number % 2:
            type(repair.device).objects.filter(pk=repair.device_id).update(model=model)
        Message.objects.create(
            template="repair_ready", customer=customer, location=location, about_kind="repair", about_id=repair.pk,
            to_address=customer.email, subject="Ready", text="Ready", html="<p>Ready</p>",
        )  # fmt: skip


def questions(client: Client, path: str) -> int:
    client.get(path)  # what is asked once for a process is asked now
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.slow
def test_two_thousand_repairs_ask_no_more_than_sixty(shop: Location, tess: User, olga: User, alice: User) -> None:
    boss, customer = Client(), Client()
    boss.force_login(olga)
    customer.force_login(alice)
    for number in range(3):
        hold_place(
            shop, next_opening(shop, days=0, hour=16) + timedelta(days=0), customer=alice.customer, code=f"BK-{number}"
        )
    fill(shop, tess, alice, FEW)
    few = {path: questions(boss, path) for path in PAGES} | {"/account/": questions(customer, "/account/")}
    fill(shop, tess, alice, MANY - FEW)
    assert Repair.objects.count() == MANY
    many = {path: questions(boss, path) for path in PAGES} | {"/account/": questions(customer, "/account/")}
    assert {path: (few[path], many[path]) for path in many if many[path] > few[path]} == {}
    assert max(many.values()) <= 40, many


def test_every_page_of_the_queue_is_walked_once(shop: Location, tess: User, olga: User, alice: User) -> None:
    """No repair is skipped or shown twice at the seam of two pages."""
    fill(shop, tess, alice, 130)
    boss = Client()
    boss.force_login(olga)
    codes, path = set[str](), "/workbench/now/"
    while path:
        page = boss.get(path).content.decode()
        shown = set(re.findall(r"/workbench/repairs/(RT-\w+)/", page))
        assert shown
        assert shown & codes == set()
        codes |= shown
        following = re.search(r'href="/workbench/\?(?:[^"]*&amp;)?after=([^"&]+)', page)
        path = f"/workbench/now/?after={following[1]}" if following else ""
    assert codes == set(Repair.objects.values_list("code", flat=True))
