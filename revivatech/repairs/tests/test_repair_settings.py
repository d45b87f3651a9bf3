"""What an owner decides about repairs: who is asked for a passcode, which rights by law are told, the sheet for the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid
from revivatech.repairs.models import LegalExtension, PasscodeService, Repair, RightsText
from revivatech.repairs.passcodes import rules
from revivatech.repairs.passcodes import settings as passcodes
from revivatech.repairs.warranty import actions, queries, rights
from revivatech.repairs.warranty.tests.fixtures import complete, finish_return
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking, make_service, next_opening
from revivatech.testing.factories import make_repair
from revivatech.testing.paper import scan, text_of

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
LATER = datetime(2026, 4, 1, 12, tzinfo=UTC)


# Passcodes


def test_the_owner_chooses_which_repairs_ask_for_the_passcode(
    shop: Location, olga: User, fred: User, sign_in: SignIn
) -> None:
    make_service("software")
    make_service("screen")
    asks, not_now = make_repair(location=shop, services=["screen"]), make_repair(location=shop, services=["software"])
    assert (rules.needed(asks), rules.needed(not_now)) == (False, True)
    client, address = sign_in(olga), reverse("repairs:passcode_services")
    assert client.get(address).content.decode().count(" checked") == 1
    assert client.post(address, {"needed": ["screen"]}).status_code == 302
    assert client.post(address, {"needed": ["screen"]}).status_code == 302
    assert (rules.needed(asks), rules.needed(not_now)) == (True, False)
    event = EventRecord.objects.get(name="shop.settings_changed")
    assert (event.payload["part"], event.payload["after"]) == ("passcodes", {"screen": True, "software": False})
    assert sign_in(fred).get(address).status_code == 403


def test_only_who_may_change_settings(shop: Location, mona: User, actor: As) -> None:
    for change in (
        lambda: passcodes.choose(set(), by=actor(mona)),
        lambda: rights.choose("eu", by=actor(mona)),
        lambda: rights.write("eu", "Words enough for a text.", by=actor(mona)),
    ):
        with pytest.raises(Denied):
            change()
    assert not PasscodeService.objects.exists()
    assert not RightsText.objects.exists()
    assert rights.chosen() == ""


# Rights by law


@pytest.mark.parametrize(
    ("country", "chosen", "business", "version"),
    [
        ("GB", "", False, "gb-2026-1"),
        ("PT", "", False, "eu-2026-1"),
        ("US", "", False, ""),
        ("GB", "eu", False, "eu-2026-1"),
        ("PT", "uk", False, "gb-2026-1"),
        ("PT", "other", False, ""),
        ("GB", "", True, ""),
        ("PT", "eu", True, ""),
    ],
)
def test_whose_law_is_told(
    country: str, chosen: str, business: bool, version: str, shop: Location, olga: User, actor: As
) -> None:
    rights.choose(chosen, by=actor(olga))
    Location.objects.update(country=country)
    repair = make_repair(location=shop)
    repair.location.refresh_from_db()
    repair.customer.is_business = business
    assert rights.version_for(repair) == version


def test_a_changed_text_is_a_new_version_and_old_repairs_keep_theirs(
    shop: Location, olga: User, fred: User, actor: As, sign_in: SignIn
) -> None:
    client, address = sign_in(olga), reverse("repairs:rights_text", args=["uk"])
    assert client.post(address, {"text": "too short"}).status_code == 422
    assert client.post(address, {"text": "Your rights, as our solicitor wrote them."}).status_code == 302
    old = complete(make_repair(location=shop, services=["screen"], agreed_pence=1), actor(fred))
    for _twice in range(2):
        assert client.post(address, {"text": "Your rights, <b>in better</b> words."}).status_code == 302
    new = complete(make_repair(location=shop, services=["screen"], agreed_pence=1), actor(fred))
    assert [row.warranty_lines.get().rights_version for row in (old, new)] == ["uk-own-1", "uk-own-2"]
    page = Client().get(reverse("repairs:track", args=[old.token])).content.decode()
    assert "as our solicitor wrote them" in page
    page = Client().get(reverse("repairs:track", args=[new.token])).content.decode()
    assert "Your rights, &lt;b&gt;in better&lt;/b&gt; words." in page
    assert RightsText.objects.count() == 2
    assert "Consumer Rights Act" not in client.get(reverse("repairs:rights")).content.decode()
    with pytest.raises(Invalid):
        rights.write("fr", "Words enough for a text.", by=actor(olga))


# Twelve months longer, once


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 3, 2), 24, date(2028, 3, 2)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_on_a_day_there_is(first: date, months: int, last: date) -> None:
    assert rights.add_months(first, months) == last


@pytest.mark.parametrize(
    ("law", "cause", "ends"),
    [
        ("eu", "part", date(2029, 3, 2)),
        ("eu", "workmanship", date(2029, 3, 2)),
        ("eu", "other", None),
        ("uk", "part", None),
    ],
)
def test_a_repair_under_the_legal_guarantee_makes_it_longer(
    law: str, cause: str, ends: date | None, shop: Location, olga: User, mona: User, actor: As
) -> None:
    rights.choose(law, by=actor(olga))
    done = complete(make_repair(location=shop, services=["screen"], agreed_pence=15000), actor(mona))
    line = done.warranty_lines.get()
    assert line.law_ends_on == (date(2028, 3, 2) if law == "eu" else None)
    before = (line.starts_on, line.ends_on, line.law_ends_on)
    with clock.frozen(LATER):
        back = actions.open_return(done.code, lines=[line.pk], fault="It flickers again.", by=actor(mona))
    finish_return(back, actor(mona), cause=cause)
    assert [row.ends_on for row in LegalExtension.objects.all()] == ([ends] if ends else [])
    line.refresh_from_db()
    assert (line.starts_on, line.ends_on, line.law_ends_on) == before
    page = Client().get(reverse("repairs:track", args=[done.token])).content.decode()
    assert ("twelve months longer since repair" in page) == bool(ends)


def test_the_second_time_adds_nothing(shop: Location, olga: User, mona: User, actor: As) -> None:
    rights.choose("eu", by=actor(olga))
    done = complete(make_repair(location=shop, services=["screen"], agreed_pence=15000), actor(mona))
    line = done.warranty_lines.get()
    for _time in range(2):
        with clock.frozen(LATER):
            back = actions.open_return(done.code, lines=[line.pk], fault="It flickers again.", by=actor(mona))
        finish_return(back, actor(mona))
    extension = LegalExtension.objects.get()
    assert extension.ends_on == date(2029, 3, 2)
    (shown,) = queries.lines_of(Repair.objects.get(pk=done.pk))
    assert shown.extension == extension


# The door


def test_the_sheet_for_the_door_leads_to_the_check_in(
    shop: Location, manchester: Location, mona: User, fred: User, sign_in: SignIn
) -> None:
    answer = sign_in(mona).get(reverse("repairs:door_sheet", args=[shop.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert ("QR Code", "http://localhost:3010/check-in/") in scan(answer.content)
    assert "Scan the code with your phone." in text_of(answer.content)
    assert sign_in(fred).get(reverse("repairs:door_sheet", args=[shop.pk])).status_code == 403
    assert sign_in(mona).get(reverse("repairs:door_sheet", args=[999])).status_code == 404


def test_the_booking_page_leads_to_the_check_in(shop: Location, client: Client) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop))
    page = client.get(reverse("booking:show", args=[booking.token])).content.decode()
    address = reverse("repairs:check_in_booking", args=[booking.token])
    assert address in page
    assert client.get(address).status_code == 302
    booking.status = "arrived"
    booking.save()
    assert address not in client.get(reverse("booking:show", args=[booking.token])).content.decode()
