"""What a customer says about a repair that is wrong again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.notifications import outbox
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.problems import TooManyFiles
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem
from revivatech.repairs.models import Repair, WarrantyClaim
from revivatech.repairs.warranty import actions
from revivatech.repairs.warranty.problems import ClaimWaiting
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_repair
from revivatech.testing.pictures import photo, upload

from .fixtures import NOON, complete, done, line_of

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
    refused = client.post(send, {"fault": "short"})
    assert (refused.status_code, "\nshort</textarea>" in refused.text, "<details class=\"fold\" open>" in refused.text) == (
        422, True, True,
    )  # fmt: skip
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


@pytest.mark.parametrize("way", ["link", "portal"])
def test_photos_come_with_a_claim_and_go_to_the_bench(
    way: str,
    done: Repair,
    alice: User,
    bob: User,
    fred: User,
    sign_in: SignIn,
    actor: As,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    client = Client() if way == "link" else sign_in(alice)
    send = (
        reverse("repairs:track_claim", args=[done.token])
        if way == "link"
        else reverse("repairs:portal_claim", args=[done.code])
    )
    nonsense = SimpleUploadedFile("virus.exe", b"MZ nothing to see", "image/jpeg")
    sent = {"fault": "The screen flickers again.", "key": "one", "photos": [upload(photo(), "crack.jpg"), nonsense]}
    said = client.post(send, sent, follow=True)
    claim = WarrantyClaim.objects.get()
    kept = StoredFile.objects.get()
    assert (kept.part, kept.for_customer, kept.about_id, kept.caption) == (
        claim.part, True, done.pk, "Reported as wrong again",
    )  # fmt: skip
    assert "virus.exe" in said.text  # the claim stands all the same, and the answer names the file that was refused
    assert kept.caption in sign_in(fred).get(reverse("repairs:show", args=[done.code])).text
    by = by_link("repair", done.pk) if way == "link" else actor(alice)
    for number in range(actions.MOST_PHOTOS - 1):
        actions.add_photo(claim.pk, upload(photo(width=70 + number), "more.jpg"), key="one", by=by)
    for who, problem in ((by, TooManyFiles), (actor(bob), NotFound), (actor(fred), Denied)):
        with pytest.raises(problem):
            actions.add_photo(claim.pk, upload(photo(), "again.jpg"), key="two", by=who)
    actions.decline_claim(done.code, claim.pk, answer="Please restart it.", by=actor(fred))
    with pytest.raises(Denied):
        actions.add_photo(claim.pk, upload(photo(), "late.jpg"), key="three", by=by)
    assert StoredFile.objects.count() == actions.MOST_PHOTOS


def test_when_it_is_over_the_page_says_so_and_leads_to_a_booking(done: Repair, client: Client) -> None:
    page = reverse("repairs:track", args=[done.token])
    line = line_of(done)
    with clock.frozen(NOON + timedelta(days=89)):
        assert "Our warranty on this work ended" not in client.get(page).text
    with clock.frozen(NOON + timedelta(days=100)):
        for address, words in (
            (page, "Our warranty on this work ended on"),
            (f"/pt{page}", "A nossa garantia"),
        ):
            shown = client.get(address).text
            assert words in shown
            assert reverse("booking:start") in shown
        client.post(
            reverse("repairs:track_claim", args=[done.token]), {"fault": "It is dark again.", "lines": [line.pk]}
        )
    assert WarrantyClaim.objects.count() == 1  # rights by law may last longer: a person decides


def test_a_claim_is_confirmed_by_mail_and_shows_at_once(done: Repair, fred: User, tess: User, sign_in: SignIn) -> None:
    staff = sign_in(fred)
    assert done.code not in staff.get(reverse("repairs:claims_now")).text
    actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by_link("repair", done.pk))
    assert done.code in staff.get(reverse("repairs:claims_now")).text
    assert sign_in(tess).get(reverse("repairs:claims_now")).status_code == 403
    message = outbox.queue_for(EventRecord.objects.get(name="repair.warranty_claimed").pk)
    assert message is not None
    assert "It is dark again." in message.text


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
