"""A customer and a device across repairs: the life of a device, who looks alike at the counter, priority, and merges at work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.customers import actions as customers
from revivatech.customers.models import Customer, Merge
from revivatech.customers.problems import CustomerChangedMeanwhile
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions
from revivatech.repairs.actions.receive import WalkIn
from revivatech.repairs.models import PriceAnswer, Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device, make_repair

from .test_races import at_once

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def test_the_life_of_a_device_across_owners(
    shop: Location, manchester: Location, tess: User, alice: User, sign_in: SignIn
) -> None:
    device = make_device(make_customer("Now"), serial="C02")
    before = make_customer("Before")
    earlier = make_repair(
        location=shop, customer=before, device=make_device(before, serial="c02"), finding="A worn fan."
    )
    here = make_repair(location=shop, customer=device.customer, device=device)
    far = make_repair(location=manchester, customer=device.customer, device=device)
    page = reverse("repairs:device", args=[device.pk])
    body = sign_in(tess).get(page).content.decode()
    for text in (earlier.code, here.code, "A worn fan.", "Before", "C02"):
        assert text in body
    assert far.code not in body
    assert sign_in(alice).get(page).status_code == 403
    assert sign_in(tess).get(reverse("repairs:device", args=[device.pk + 999])).status_code == 404
    assert page in sign_in(tess).get(reverse("repairs:show", args=[here.code])).content.decode()


def test_a_device_without_repairs_says_so(shop: Location, tess: User, sign_in: SignIn) -> None:
    body = sign_in(tess).get(reverse("repairs:device", args=[make_device(make_customer()).pk])).content.decode()
    assert "No repairs yet" in body


def test_the_counter_offers_to_compare_who_looks_alike(shop: Location, fred: User, actor: As, sign_in: SignIn) -> None:
    one, two = make_customer("Ana Souza", email="ana@example.com"), make_customer("ana souza", email="ANA@example.com")
    make_customer("Ana Prado", email="prado@example.com")
    customers.add_note(one.pk, body="Asks for Tess.", flagged=True, by=actor(fred))
    sent = {"look": "customers", "who": "ana"}
    body = sign_in(fred).post(reverse("repairs:walk_in"), sent, headers={"HX-Request": "true"}).content.decode()
    assert f'href="/workbench/customers/{one.pk}/merge/?other={two.pk}"' in body
    assert body.count("/merge/?other=") == 1
    assert "Asks for Tess." in body


def test_priority_moves_and_the_price_stays(shop: Location, fred: User, tess: User, sign_in: SignIn) -> None:
    repair = make_repair(location=shop, status="diagnosis", agreed_pence=15000)
    here = reverse("repairs:change_priority", args=[repair.code])
    assert sign_in(tess).post(here, {"urgency": "same_day", "version": 1}).status_code == 403
    assert sign_in(fred).post(here, {"urgency": "never", "version": 1}).status_code == 422
    assert sign_in(fred).post(here, {"urgency": "same_day", "version": 1}).status_code == 302
    repair.refresh_from_db()
    assert (repair.urgency, repair.agreed_pence, repair.version) == ("same_day", 15000, 2)
    assert EventRecord.objects.get(name="repair.priority_changed").payload == {
        "repair_id": repair.pk, "before": "standard", "after": "same_day",
    }  # fmt: skip
    assert "Priority: Same day" in sign_in(tess).get(reverse("repairs:show", args=[repair.code])).content.decode()
    done = make_repair(location=shop, status="cancelled")
    answer = sign_in(fred).post(
        reverse("repairs:change_priority", args=[done.code]), {"urgency": "priority", "version": 1}
    )
    assert answer.status_code == 409


def test_the_page_asks_for_the_no_only_where_there_is_none(shop: Location, tess: User, sign_in: SignIn) -> None:
    repair = make_repair(location=shop, status="parts_ordering", agreed_pence=100)
    client, page = sign_in(tess), reverse("repairs:show", args=[repair.code])
    assert "Who said no" in client.get(page).content.decode()
    sent = {"outcome": "declined", "summary": "As you asked.", "version": 1}
    refused = client.post(reverse("repairs:change_readiness", args=[repair.code]), sent)
    assert refused.status_code == 409
    assert "written down the customer" in refused.content.decode()
    PriceAnswer.objects.create(repair=repair, approved=False, pence=100, said_by="Al", how="phone", recorded_by="Tess")
    assert "Who said no" not in client.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_behind_at_a_customer_who_is_being_merged(shop: Location, mona: User, actor: As) -> None:
    keep, other = make_customer("Ana"), make_customer("Ana S")
    device, by = make_device(other), actor(mona)
    walk_in = WalkIn(
        location_id=shop.pk,
        customer_id=other.pk,
        device_id=device.pk,
        description="The screen is dark.",
        services=["screen"],
    )
    answers = at_once(lambda: actions.walk_in(walk_in, by=by), lambda: customers.merge(keep.pk, other.pk, by=by))  # type: ignore[arg-type, return-value]
    assert isinstance(answers[1], Customer), answers
    assert isinstance(answers[0], Repair | CustomerChangedMeanwhile), answers
    assert set(Repair.objects.values_list("customer_id", flat=True)) <= {keep.pk}
    assert Merge.objects.get().moved.get("repairs.repair.customer", []) == list(
        Repair.objects.values_list("pk", flat=True)
    )
