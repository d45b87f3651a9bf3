"""The customer's own pages: their repairs, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair
from revivatech.repairs.portal import PAST
from revivatech.shop.models import Location
from revivatech.testing.booking import make_booking
from revivatech.testing.factories import make_customer, make_device, make_repair, make_user

from .test_moves import at

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def addresses(repair: Repair) -> list[str]:
    return [reverse(f"repairs:{name}", args=[repair.code]) for name in ("portal_track", "portal_track_now")]


@pytest.mark.parametrize("status", s.STATUSES)
def test_bob_never_sees_alices(status: str, shop: Location, alice: User, bob: User, sign_in: SignIn) -> None:
    repair = at(status, shop)
    Repair.objects.update(customer=alice.customer)
    for address in addresses(repair):
        assert sign_in(alice).get(address).status_code == 200
        refused = sign_in(bob).get(address)
        assert refused.status_code == 404
        assert str(repair.device) not in refused.content.decode()
    for name in ("repairs:portal", "repairs:portal_now"):
        assert repair.code in sign_in(alice).get(reverse(name)).content.decode()
        assert repair.code not in sign_in(bob).get(reverse(name)).content.decode()


def test_bob_cannot_answer_for_alice(
    shop: Location, tess: User, alice: User, bob: User, sign_in: SignIn, actor: As
) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    actions.propose_price(repair.code, pence=9900, finding="Corroded.", by=actor(tess))
    address = reverse("repairs:portal_answer", args=[repair.code])
    answer = {"answer": "yes", "pence": 9900, "said_by": "Alice"}
    assert sign_in(bob).post(address, answer).status_code == 404
    assert Client().post(address, answer).status_code == 302  # to the sign-in page
    assert not repair.price_answers.exists()
    wrong = sign_in(alice).post(address, {**answer, "said_by": ""})
    assert wrong.status_code == 422
    assert address in wrong.content.decode()  # the form stays the portal's
    done = sign_in(alice).post(address, answer)
    assert (done.status_code, done["Location"]) == (302, reverse("repairs:portal_track", args=[repair.code]))
    assert (repair.price_answers.get().how, repair.price_answers.get().recorded_by) == ("portal", "Alice")
    assert EventRecord.objects.filter(name="repair.price_answered").count() == 1


def test_visitors_sign_in_first_and_staff_go_to_the_workbench(
    shop: Location, tess: User, sign_in: SignIn, client: Client
) -> None:
    answer = client.get(reverse("repairs:portal"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    answer = sign_in(tess).get(reverse("repairs:portal"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("repairs:queue"))


def test_staff_find_no_strangers_repair_in_the_portal(shop: Location, olga: User, alice: User, sign_in: SignIn) -> None:
    repair = make_repair(location=shop, customer=alice.customer)
    for address in addresses(repair):
        assert sign_in(olga).get(address).status_code == 404


def test_a_fresh_account_is_led_to_a_booking(shop: Location, alice: User, sign_in: SignIn) -> None:
    for user in (alice, make_user("new@example.com", "New")):  # with a profile, and without one
        body = sign_in(user).get(reverse("repairs:portal")).content.decode()
        assert "No repairs yet" in body
        assert reverse("booking:start") in body


def test_what_waits_for_an_answer_comes_first(
    shop: Location, tess: User, alice: User, sign_in: SignIn, actor: As
) -> None:
    asked = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    working = make_repair(location=shop, customer=alice.customer, status="repair_work", agreed_pence=100)
    actions.propose_price(asked.code, pence=9900, finding="Corroded.", by=actor(tess))
    done = at("completed", shop)
    Repair.objects.filter(pk=done.pk).update(customer=alice.customer)
    booking = make_booking(location=shop, customer=alice.customer, starts_at=clock.now() + timedelta(days=1))
    (coming,) = actions.open_booked(booking.pk, by=actor(alice))
    body = sign_in(alice).get(reverse("repairs:portal")).content.decode()
    places = [
        body.index(words)
        for words in (
            "Waiting for your answer",
            asked.code,
            "£99.00",
            "With us now",
            working.code,
            "Past repairs",
            done.code,
        )
    ]
    assert places == sorted(places)
    assert reverse("booking:show", args=[booking.token]) in body
    assert coming.code not in body  # its booking tells of it
    actions.check_in(coming.code, by=actor(make_manager(shop)))
    body = sign_in(alice).get(reverse("repairs:portal")).content.decode()
    assert coming.code in body
    assert reverse("booking:show", args=[booking.token]) not in body


def make_manager(shop: Location) -> User:
    from revivatech.accounts.permissions import MANAGER
    from revivatech.testing.factories import make_staff

    return make_staff(MANAGER, at=shop)


def test_past_repairs_come_page_by_page(shop: Location, alice: User, sign_in: SignIn) -> None:
    rows = [
        make_repair(
            location=shop, customer=alice.customer, status="completed", outcome="repaired", completed_at=clock.now()
        )
        for _ in range(PAST + 3)
    ]
    client = sign_in(alice)
    first = client.get(reverse("repairs:portal")).content.decode()
    assert [row.code in first for row in rows] == [False] * 3 + [True] * PAST
    assert f"?before={rows[3].pk}" in first
    last = client.get(reverse("repairs:portal"), {"before": rows[3].pk}).content.decode()
    assert [row.code in last for row in rows] == [True] * 3 + [False] * PAST
    assert "Older repairs" not in last
    assert client.get(reverse("repairs:portal"), {"before": "x' OR 1=1"}).status_code == 200


def test_devices_are_ones_own(shop: Location, alice: User, sign_in: SignIn) -> None:
    make_device(alice.customer, described="Red tablet", serial="MINE-1")
    make_device(make_customer(), described="Blue tablet", serial="THEIRS-1")
    body = sign_in(alice).get(reverse("repairs:portal")).content.decode()
    assert "Red tablet" in body
    assert "MINE-1" in body
    assert "Blue tablet" not in body
