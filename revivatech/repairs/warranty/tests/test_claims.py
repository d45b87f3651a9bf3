"""What a customer says about a repair that is wrong again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.problems import Invalid, Problem
from revivatech.repairs.models import Repair, WarrantyClaim
from revivatech.repairs.warranty import actions
from revivatech.repairs.warranty.problems import ClaimWaiting
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_repair

from .fixtures import complete, done, line_of

__all__ = ["done"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("way", ["link", "portal"])
def test_a_customer_says_that_it_is_wrong_again(
    way: str, done: Repair, alice: User, fred: User, tess: User, sign_in: SignIn
) -> None:
    client = Client() if way == "link" else sign_in(alice)
    page, send = (
        (reverse("repairs:track", args=[done.token]), reverse("repairs:track_claim", args=[done.token]))
        if way == "link"
        else (reverse("repairs:portal_track", args=[done.code]), reverse("repairs:portal_claim", args=[done.code]))
    )
    shown = client.get(page).content.decode()
    assert "Our warranty" in shown
    assert "Consumer Rights Act 2015" in shown
    assert client.post(send, {"fault": "short"}, follow=True).status_code == 200
    assert not WarrantyClaim.objects.exists()
    line = line_of(done)
    client.post(send, {"fault": "The screen flickers <b>again</b>.", "lines": [line.pk]})
    claim = WarrantyClaim.objects.get()
    assert (claim.how, claim.status, list(claim.lines.all())) == (way, "open", [line])
    assert "Waiting for our answer" in client.get(page).content.decode()
    client.post(send, {"fault": "And once more, please."})
    assert WarrantyClaim.objects.count() == 1
    staff = sign_in(fred)
    waiting = staff.get(reverse("repairs:claims")).content.decode()
    assert done.code in waiting
    assert "flickers &lt;b&gt;again" in waiting
    assert sign_in(tess).get(reverse("repairs:claims")).status_code == 403
    staff.post(reverse("repairs:change_claim", args=[done.code]), {"claim": claim.pk, "answer": "Please restart it."})
    assert "Please restart it." in client.get(page).content.decode()
    assert done.code not in staff.get(reverse("repairs:claims")).content.decode()


def test_who_may_claim(done: Repair, bob: User, fred: User, actor: As) -> None:
    for by, status in ((actor(bob), 404), (by_link("repair", done.pk + 1), 404), (actor(fred), 403)):
        with pytest.raises(Problem) as refused:
            actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)
        assert refused.value.status == status
    assert not WarrantyClaim.objects.exists()
    by = by_link("repair", done.pk)
    with pytest.raises(Invalid):
        actions.claim(done.code, lines=[10**9], fault="It is dark again.", how="link", by=by)
    actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)
    with pytest.raises(ClaimWaiting):
        actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)


def test_the_rights_that_fit_are_shown(shop: Location, fred: User, actor: As, client: Client) -> None:
    firm = make_customer(is_business=True, company="Firm Ltd")
    for customer, words in ((make_customer(), "Consumer Rights Act 2015"), (firm, "The law of your country")):
        repair = complete(make_repair(location=shop, customer=customer), actor(fred))
        assert words in client.get(reverse("repairs:track", args=[repair.token])).content.decode()
        assert line_of(repair).rights_version == ("" if customer.is_business else "gb-2026-1")
