"""The pages render in every status, for everyone who may see them, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions, timeline
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

from .test_moves import at

SignIn = Callable[[User], Client]
As = Callable[[User], Actor]


@pytest.mark.parametrize("status", s.STATUSES)
def test_tracking_page_by_private_link(status: str, shop: Location, client: Client) -> None:
    repair = at(status, shop)
    answer = client.get(reverse("repairs:track", args=[repair.token]))
    assert answer.status_code == 200
    body = answer.content.decode()
    assert repair.code in body
    assert timeline.customer_text(repair) in body
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    fragment = client.get(reverse("repairs:track_now", args=[repair.token])).content.decode()
    assert fragment.lstrip().startswith("<div")
    assert 'id="repair-now"' in fragment
    assert "<html" not in fragment


def test_code_is_no_key(shop: Location, client: Client) -> None:
    repair = at("diagnosis", shop)
    assert client.get(reverse("repairs:track", args=[repair.code])).status_code == 404


@pytest.mark.parametrize("status", s.STATUSES)
@pytest.mark.parametrize("who", ["tess", "fred", "mona"])
def test_repair_page(status: str, who: str, shop: Location, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    repair = at(status, shop)
    client = sign_in(request.getfixturevalue(who))
    for name in ("repairs:show", "repairs:show_now"):
        answer = client.get(reverse(name, args=[repair.code]))
        assert answer.status_code == 200, answer.content.decode()[-2000:]
        assert repair.customer.name in answer.content.decode()


@pytest.mark.parametrize("name", ["repairs:queue", "repairs:queue_now", "repairs:board", "repairs:board_now"])
def test_queue_and_board(name: str, shop: Location, manchester: Location, tess: User, sign_in: SignIn) -> None:
    here = [at(status, shop) for status in s.OPEN]
    elsewhere = at("diagnosis", manchester)
    body = sign_in(tess).get(reverse(name)).content.decode()
    assert all(repair.code in body for repair in here)
    assert elsewhere.code not in body


@pytest.mark.parametrize("who", [None, "alice", "eve"])
def test_outsiders_see_no_workbench(
    who: str | None, shop: Location, sign_in: SignIn, client: Client, request: pytest.FixtureRequest
) -> None:
    repair = at("diagnosis", shop)
    visitor = sign_in(request.getfixturevalue(who)) if who else client
    for address in (reverse("repairs:queue"), reverse("repairs:board"), reverse("repairs:show", args=[repair.code])):
        answer = visitor.get(address)
        assert answer.status_code == (403 if who else 302)
        # The language switch names the address that was asked for; nothing else knows the repair.
        assert repair.code not in answer.text.replace(address, "")
        assert str(repair.device) not in answer.text


def test_moving_on_the_page(shop: Location, tess: User, sign_in: SignIn) -> None:
    repair = at("diagnosis", shop)
    address = reverse("repairs:change_moves", args=[repair.code])
    answer = sign_in(tess).post(address, {"version": 1, "after": "repair_work", "reason": "The part is here."})
    assert answer.status_code == 302
    repair.refresh_from_db()
    assert (repair.status, repair.version, repair.assigned_to_id) == ("repair_work", 2, tess.pk)


def test_a_stale_page_is_told_what_changed(shop: Location, tess: User, mona: User, sign_in: SignIn, actor: As) -> None:
    repair = at("diagnosis", shop)
    actions.assign(repair.code, tess.pk, by=actor(mona), version=1)
    answer = sign_in(tess).post(
        reverse("repairs:change_moves", args=[repair.code]), {"version": 1, "after": "repair_work", "reason": "Kept"}
    )
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "Mona changed this repair meanwhile" in body
    assert "Kept" in body
    repair.refresh_from_db()
    assert repair.status == "diagnosis"


def test_a_refused_form_keeps_what_was_typed(shop: Location, fred: User, sign_in: SignIn) -> None:
    repair = at("ready_for_pickup", shop)
    answer = sign_in(fred).post(
        reverse("repairs:change_handover", args=[repair.code]),
        {"version": 1, "received_by": "", "method": "posted", "tracking_number": "AB 123"},
    )
    assert answer.status_code == 422
    assert "AB 123" in answer.content.decode()


def test_text_of_strangers_stays_text(shop: Location, tess: User, sign_in: SignIn, client: Client, actor: As) -> None:
    nasty = "<script>alert(1)</script>'; DROP TABLE repairs_repair; -- \U0001f4a5 שלום"
    repair = make_repair(location=shop, status="diagnosis", description=nasty)
    actions.add_note(repair.code, body=nasty, for_customer=True, by=actor(tess))
    for body in (
        client.get(reverse("repairs:track", args=[repair.token])).content.decode(),
        sign_in(tess).get(reverse("repairs:show", args=[repair.code])).content.decode(),
    ):
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body
        assert "שלום" in body
    for query in (nasty, "%", "\\", "x" * 5000, "RT-"):
        assert sign_in(tess).get(reverse("repairs:queue"), {"q": query}).status_code == 200


def test_the_link_is_sent_only_to_who_belongs_to_the_code(shop: Location, client: Client) -> None:
    repair = at("diagnosis", shop)
    address = reverse("repairs:find")
    for contact in ("somebody@example.com", "+442070000000", "nonsense"):
        answer = client.post(address, {"code": repair.code, "contact": contact})
        assert (answer.status_code, answer["Location"]) == (302, reverse("repairs:link_sent"))
    assert not EventRecord.objects.exists()
    answer = client.post(address, {"code": repair.code.lower(), "contact": repair.customer.email.upper()})
    assert (answer.status_code, answer["Location"]) == (302, reverse("repairs:link_sent"))
    assert EventRecord.objects.get().name == "repair.link_requested"


def test_the_customer_answers_a_price(shop: Location, tess: User, client: Client, actor: As) -> None:
    repair = at("diagnosis", shop)
    Repair.objects.update(agreed_pence=None)
    actions.propose_price(repair.code, pence=19900, finding="The board is corroded.", by=actor(tess))
    page = client.get(reverse("repairs:track", args=[repair.token])).content.decode()
    assert "£199.00" in page
    address = reverse("repairs:track_answer", args=[repair.token])
    stale = client.post(address, {"answer": "yes", "pence": 100, "said_by": "Alice"})
    assert stale.status_code == 422
    assert "The price has changed" in stale.content.decode()
    assert client.post(address, {"answer": "yes", "pence": 19900, "said_by": ""}).status_code == 422
    assert client.post(address, {"answer": "yes", "pence": 19900, "said_by": "Alice"}).status_code == 302
    repair.refresh_from_db()
    assert (repair.agreed_pence, repair.proposed_pence, repair.status) == (19900, None, "awaiting_approval")
    assert repair.price_answers.get().how == "link"
    again = client.post(address, {"answer": "no", "pence": 19900, "said_by": "Alice"})
    assert again.status_code == 409
