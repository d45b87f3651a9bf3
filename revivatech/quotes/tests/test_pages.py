"""The customer's pages: by link, by portal, without scripts, on paper; and what nobody outside may read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.quotes import actions
from revivatech.quotes.models import Quote, QuoteAnswer
from revivatech.repairs.models import Repair
from revivatech.testing.factories import make_business, make_repair
from revivatech.testing.quotes import COSTS, FINDING, approve, link, make_draft, make_sent, send

from .fixtures import choice, text, total_shown

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("shop")


def test_the_customer_compares_and_approves_without_an_account() -> None:
    quote = make_sent()
    client, here = Client(), reverse("quotes:show", args=[quote.token])
    page = client.get(here)
    for words in (FINDING, "Original part", "£219.00", "£169.00", "Protective case", "+ £15.00", "Recommended"):
        assert words in text(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "checked" not in page.content.decode()  # nothing is chosen for them
    marked = choice(quote, "Standard part", "Protective case")
    shown = client.post(here + "total/", marked)
    assert total_shown(shown) == "18400"
    answer = client.post(here + "answer/", {**marked, "seen_pence": 18400}, headers={"User-Agent": "Phone/1"})
    assert answer.headers["Location"] == here
    kept = QuoteAnswer.objects.get()
    assert (kept.total_pence, kept.said_by, kept.how, kept.user_agent) == (18400, "Alice Archer", "link", "Phone/1")
    assert re.fullmatch(r"[0-9a-f]{64}", kept.address_hash)
    assert Repair.objects.get().status == "repair_work"
    after = client.get(here)
    assert "Alice Archer approved it" in text(after)
    assert "£184.00" in text(after)
    assert 'name="answer"' not in after.content.decode()


def test_without_scripts_a_changed_total_is_shown_before_it_counts() -> None:
    quote = make_sent()
    address = reverse("quotes:answer", args=[quote.token])
    first = Client().post(address, choice(quote, "Original part", "Data saved to a stick", answer="total"))
    assert (first.status_code, total_shown(first)) == (422, "24900")
    stale = Client().post(address, choice(quote, "Original part", seen_pence="24900"))
    assert (stale.status_code, total_shown(stale)) == (422, "21900")
    assert "Your choice comes to £219.00" in text(stale)
    assert 'value="Alice Archer"' in text(stale)
    assert not QuoteAnswer.objects.exists()
    Client().post(address, choice(quote, "Original part", seen_pence="21900"))
    assert QuoteAnswer.objects.get().total_pence == 21900


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"option": ""}, "Choose one of the options."),
        ({"option": "abc"}, "whole number"),
        ({"ticked": ["999999"]}, "not one of the available choices"),
        ({"said_by": ""}, "required"),
        ({"answer": "perhaps"}, "Please check"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(change: dict[str, Any], words: str) -> None:
    quote = make_sent()
    data = {**choice(quote, "Original part", seen_pence="21900"), **change}
    response = Client().post(reverse("quotes:answer", args=[quote.token]), data)
    assert response.status_code == 422
    assert words in text(response)
    assert not QuoteAnswer.objects.exists()


def test_declining_says_what_is_due() -> None:
    quote = make_sent()
    address = reverse("quotes:answer", args=[quote.token])
    assert "£25.00 is due for the diagnosis" in text(Client().get(reverse("quotes:show", args=[quote.token])))
    empty = Client().post(address, {"answer": "no", "said_by": "Alice", "reason": ""})
    assert (empty.status_code, QuoteAnswer.objects.count()) == (422, 0)
    done = Client().post(address, {"answer": "no", "said_by": "Alice", "reason": "Too dear."}, follow=True)
    assert "£25.00 is due for the diagnosis." in text(done)
    assert "Too dear." in text(done)
    assert Repair.objects.get().outcome == "declined"


def test_a_second_form_is_answered_by_what_was_said_first() -> None:
    quote = make_sent()
    address = reverse("quotes:answer", args=[quote.token])
    for _time in range(2):
        again = Client().post(address, choice(quote, "Original part", seen_pence="21900"), follow=True)
        assert "Alice Archer approved it" in text(again)
    other = Client().post(address, {"answer": "no", "said_by": "Bob", "reason": "No."}, follow=True)
    assert "It was approved by Alice Archer." in text(other)
    assert QuoteAnswer.objects.count() == 1


def test_an_old_link_leads_to_the_newer_quote() -> None:
    old = make_sent()
    new = send(make_draft(old.repair))
    page = Client().get(reverse("quotes:show", args=[old.token]))
    assert reverse("quotes:show", args=[new.token]) in text(page)
    assert 'name="answer"' not in page.content.decode()
    late = Client().post(
        reverse("quotes:answer", args=[old.token]), choice(old, "Original part", seen_pence="21900"), follow=True
    )
    assert "This quote no longer counts" in text(late)
    assert not QuoteAnswer.objects.exists()
    assert 'data-state="replaced"' in text(Client().get(reverse("quotes:now", args=[old.token])))


def test_an_expired_quote_offers_to_ask_again() -> None:
    quote = make_sent()
    assert quote.valid_until is not None
    with clock.frozen(quote.valid_until):
        page = Client().get(reverse("quotes:show", args=[quote.token]))
        assert "This quote has expired" in text(page)
        data = choice(quote, "Original part", seen_pence="21900")
        Client().post(reverse("quotes:answer", args=[quote.token]), data)
        assert not QuoteAnswer.objects.exists()
        asked = Client().post(reverse("quotes:renewal", args=[quote.token]), follow=True)
        assert "You asked for a new one." in text(asked)
    quote.refresh_from_db()
    assert quote.asked_again_at is not None


def test_drafts_and_wrong_links_do_not_exist() -> None:
    draft = make_draft()
    for token in (draft.token, "x" * 32, "%00", "a" * 400):
        for page in ("", "now/", "quote.pdf", "repair-form/", "repair-form.pdf"):
            assert Client().get(f"/quotes/{token}/{page}").status_code == 404
        for name in ("total", "answer", "renewal"):
            assert Client().post(f"/quotes/{token}/{name}/").status_code == 404


def test_signed_in_the_answer_is_the_portals_and_staff_cannot_pose_as_customers(
    alice: User, tess: User, sign_in: SignIn
) -> None:
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    address, data = reverse("quotes:answer", args=[quote.token]), choice(quote, "Original part", seen_pence="21900")
    portal = sign_in(alice).get(reverse("repairs:portal_track", args=[quote.repair.code]))
    assert reverse("quotes:show", args=[quote.token]) in text(portal)
    assert "£169.00 – £264.00" in text(portal)
    posed = sign_in(tess).post(address, data, follow=True)
    assert "Record the customer" in text(posed)
    assert not QuoteAnswer.objects.exists()
    sign_in(alice).post(address, data)
    kept = QuoteAnswer.objects.get()
    assert (kept.how, kept.recorded_by) == ("portal", "Alice")


def test_the_tracking_page_leads_to_the_quote_and_takes_no_bare_yes() -> None:
    quote = make_sent()
    track = reverse("repairs:track", args=[quote.repair.token])
    page = text(Client().get(track))
    assert reverse("quotes:show", args=[quote.token]) in page
    assert 'name="pence"' not in page
    bare = Client().post(f"{track}answer/", {"answer": "yes", "pence": 26400, "said_by": "Alice"})
    assert (bare.status_code, QuoteAnswer.objects.count()) == (409, 0)
    assert Repair.objects.get().agreed_pence is None


def secrets() -> list[str]:
    return [f"{pence / 100:.2f}" for pence in COSTS.values()] + [str(pence) for pence in COSTS.values()] + ["argin"]


@pytest.mark.parametrize("state", ["sent", "approved", "declined", "over", "replaced"])
def test_what_it_costs_us_is_in_no_answer_to_a_customer(state: str, alice: User, sign_in: SignIn) -> None:
    make_business(gives_repair_form=True)
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    token, code = quote.token, quote.repair.code
    if state == "approved":
        approve(quote, "Original part", "Protective case", pence=23400)
    elif state == "declined":
        actions.decline(quote.pk, reason="No.", given=actions.Given("Alice", "link"), by=link(quote))
    elif state == "replaced":
        send(make_draft(quote.repair))
    elif state == "over":
        assert quote.sent_at is not None
        Quote.objects.filter(pk=quote.pk).update(valid_until=quote.sent_at + timedelta(microseconds=1))
    client = sign_in(alice)
    pages = [
        client.get(f"/quotes/{token}/"), client.get(f"/quotes/{token}/now/"),
        client.get(f"/quotes/{token}/repair-form/"), client.post(f"/quotes/{token}/total/", {}),
        client.post(f"/quotes/{token}/answer/", {}), client.get(f"/account/repairs/{code}/"),
        client.get("/account/"), client.get(f"/track/{quote.repair.token}/"),
    ]  # fmt: skip
    for page in pages:
        assert page.status_code in (200, 422), page
        body = page.content.decode()
        assert [secret for secret in secrets() if re.search(rf"(?<![\w]){re.escape(secret)}(?![\w])", body)] == []
    kept = str(list(QuoteAnswer.objects.values_list("snapshot", flat=True)))
    assert "cost" not in kept


def test_on_paper() -> None:
    make_business(gives_repair_form=True)
    quote = make_sent(replacement="A phone of ours", work_days=3)
    for name in ("quote.pdf", "repair-form.pdf"):
        response = Client().get(f"/quotes/{quote.token}/{name}")
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        assert response.content.startswith(b"%PDF-")
    approve(quote, "Original part", pence=21900)
    assert Client().get(f"/quotes/{quote.token}/quote.pdf").content.startswith(b"%PDF-")


def test_the_european_form_is_given_where_it_is_switched_on() -> None:
    assert Client().get(f"/quotes/{make_sent().token}/repair-form/").status_code == 404
    make_business(gives_repair_form=True, company_number="01234567", legal_name="Bridge Repairs Ltd")
    quote = make_sent(replacement="A phone of ours", work_days=3, needs_parts=True, lead_days=5)
    page = text(Client().get(f"/quotes/{quote.token}/repair-form/"))
    for words in (
        "Bridge Repairs Ltd", "01234567", "8 Tooley Street", "Silver laptop", FINDING, "from £169.00", "£264.00",
        "3 working days", "5 days", "A phone of ours", "London Bridge", "Protective case", "£25.00", "30 calendar days",
    ):  # fmt: skip
        assert words in page
