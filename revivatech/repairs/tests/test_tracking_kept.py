"""The tracking page in memory: the same until a row it shows changes, one visitor's form tokens never another's, and nobody else's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.booking.models import Booking
from revivatech.catalogue.models import Brand
from revivatech.customers.models import Customer
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.files.models import StoredFile
from revivatech.quotes.models import Quote
from revivatech.repairs import actions
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair, WarrantyClaim, WarrantyLine
from revivatech.repairs.unchanged import WATCHED, state_of
from revivatech.shop.models import Business, Location
from revivatech.testing.factories import make_repair

from .test_moves import at

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> None:
    settings.KEEP_PAGES = 0.0


def opened(repair: Repair, client: Client | None = None, language: str = "") -> tuple[str, int]:
    """The page, and how many questions were about anything but whether the row is as it was."""
    with CaptureQueriesContext(connection) as asked:
        answer = (client or Client()).get(language + reverse("repairs:track", args=[repair.token]))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Offline-Copy"] == "keep"
    more = [one["sql"] for one in asked if "site_change" not in one["sql"] and "concat_ws" not in one["sql"]]
    return answer.text, len(more)


@pytest.mark.parametrize("status", s.STATUSES)
def test_it_is_made_once_and_anew_after_each_change(status: str, shop: Location) -> None:
    repair = at(status, shop)
    first, asked = opened(repair)
    assert asked > 3
    again, asked = opened(repair)
    assert asked == 0
    assert TOKEN.sub("", again) == TOKEN.sub("", first)
    Repair.objects.filter(pk=repair.pk).update(description="It fell into the Thames.")
    assert "Thames" in opened(repair)[0]
    Business.objects.update(name="Tooley Street Repairs")
    assert "Tooley Street Repairs" in opened(repair)[0]
    assert opened(repair)[1] == 0
    assert opened(repair, language="/pt")[1] > 3  # a page of its own
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert opened(repair)[1] > 3


def test_each_reader_has_form_tokens_of_their_own(shop: Location, client: Client) -> None:
    repair = at("completed", shop)
    tokens = [TOKEN.findall(opened(repair)[0]) for _ in range(3)]
    assert all(tokens)
    assert len({one for found in tokens for one in found}) > 2
    body = opened(repair, strict := Client(enforce_csrf_checks=True))[0]
    assert opened(repair, strict)[1] == 0  # the cookie of form tokens alone does not make a person
    claim = reverse("repairs:track_claim", args=[repair.token])
    sent = {"fault": "It is dark again.", "csrfmiddlewaretoken": TOKEN.findall(body)[0]}
    assert strict.post(claim, sent).status_code != 403
    assert Client(enforce_csrf_checks=True).post(claim, sent).status_code == 403


def test_people_get_pages_of_their_own(shop: Location, alice: User, olga: User, sign_in: SignIn) -> None:
    repair, other = make_repair(location=shop, customer=alice.customer), make_repair(location=shop)
    public = opened(repair)[0]
    body, asked = opened(repair, sign_in(alice))
    assert asked > 3
    assert "Sign out" in body
    staff = sign_in(olga).get(reverse("repairs:track", args=[repair.token]))
    assert "Offline-Copy" not in staff
    assert opened(repair)[0] == public
    assert "Sign out" not in public
    assert other.code in opened(other)[0]
    assert other.code not in public
    Repair.objects.filter(pk=repair.pk).update(token="f" * 32)
    assert Client().get(reverse("repairs:track", args=[repair.token])).status_code == 404


def test_every_row_it_shows_is_watched(shop: Location, tess: User, actor: As) -> None:
    repair = at("completed", shop)
    assert state_of("0" * 32) is None
    seen = {state_of(repair.token)}

    def changed() -> None:
        now = state_of(repair.token)
        assert now not in seen
        seen.add(now)

    actions.add_note(repair.code, body="Rang twice.", for_customer=True, by=actor(tess))
    changed()
    line = WarrantyLine.objects.create(
        repair=repair, position=1, service_key="screen", label="Screen", days=90,
        starts_on=clock.now().date(), ends_on=clock.now().date(), zone_name="Europe/London",
    )  # fmt: skip
    changed()
    WarrantyLine.objects.filter(pk=line.pk).update(label="Glass")
    changed()
    WarrantyClaim.objects.create(repair=repair, fault="Dark again.", how="link")
    changed()
    Customer.objects.filter(pk=repair.customer_id).update(name="Alice Baker")
    changed()
    other = make_repair(location=shop, customer=repair.customer)
    WarrantyClaim.objects.create(repair=other, fault="Another one's.", how="link")
    assert state_of(repair.token) in seen
    models = (Repair, Customer, Location, Business, Booking, Brand, StoredFile, Quote)
    assert {model._meta.db_table for model in models} <= WATCHED.keys()
