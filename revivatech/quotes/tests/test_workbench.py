"""Staff's pages: the builder, the answer by telephone, the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.quotes import actions
from revivatech.quotes.builder import Builder
from revivatech.quotes.models import Quote, QuoteAnswer
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.catalogue import make_rule
from revivatech.testing.factories import make_repair
from revivatech.testing.quotes import FINDING, line, link, make_draft, make_sent, option, send

from .fixtures import choice, text, total_shown

SignIn = Callable[[User], Client]

pytestmark = pytest.mark.usefixtures("shop")


def test_staff_see_the_margin_only_if_they_set_prices(tess: User, mona: User, sign_in: SignIn) -> None:
    draft = make_draft()
    sent = make_sent()
    for user, sees in ((tess, False), (mona, True)):
        client = sign_in(user)
        for page in (client.get(f"/workbench/quotes/{draft.pk}/"), client.get(f"/workbench/quotes/{sent.pk}/")):
            assert page.status_code == 200
            assert ("Margin without VAT" in text(page)) == sees
        assert ('value="81.11"' in client.get(f"/workbench/quotes/{draft.pk}/").content.decode()) == sees


def form_of(quote: Quote, *, costs: bool = False) -> dict[str, Any]:
    """The builder's fields as a browser would send them."""
    fresh = Quote.objects.get(pk=quote.pk)
    fields = [field for form in Builder(fresh, costs=costs).forms() for field in form]
    typed = {field.html_name: field.value() for field in fields if field.value() not in (None, False)}
    return {**typed, "version": Repair.objects.values_list("version", flat=True).get(pk=fresh.repair_id)}


def test_from_diagnosis_to_the_customer_in_the_builder(tess: User, sign_in: SignIn) -> None:
    make_rule("screen", 19900, quality="original")
    make_rule("screen", 14900, quality="standard")
    repair = make_repair(status="diagnosis", services=["screen"])
    client = sign_in(tess)
    assert "Build a quote" in text(client.get(f"/workbench/repairs/{repair.code}/"))
    begun = client.post(f"/workbench/repairs/{repair.code}/quotes/")
    quote = Quote.objects.get()
    here = f"/workbench/quotes/{quote.pk}/"
    assert begun.headers["Location"] == here
    client.post(here, {**form_of(quote), "act": "add-line:labour"})
    fresh = quote.lines.get(label="")
    filled = {
        **form_of(quote), "finding": "Cracked glass.", f"line-{fresh.pk}-label": "Cleaning",
        f"line-{fresh.pk}-unit_pence": "£12.50", f"line-{fresh.pk}-optional": "on",
        "recommended": option(quote, "Standard"),
    }  # fmt: skip
    sums = text(client.post(here + "sums/", filled))
    assert "£149.00 – £161.50" in sums
    assert quote.lines.get(pk=fresh.pk).unit_pence == 0  # working it out saves nothing
    broken = client.post(here, {**filled, f"line-{fresh.pk}-unit_pence": "twelve", "act": "send"})
    assert broken.status_code == 422
    assert 'value="twelve"' in broken.content.decode()
    shown = client.post(here, {**filled, "act": "preview"}, follow=True)
    assert "Nothing has been sent." in text(shown)
    assert "Cracked glass." in text(shown)
    assert "£149.00" in text(shown)
    sent = client.post(here, {**form_of(quote), "act": "send"})
    assert sent.headers["Location"] == f"/workbench/repairs/{repair.code}/"
    quote.refresh_from_db()
    assert (quote.status, quote.low_pence, quote.high_pence) == ("sent", 14900, 21150)
    assert quote.options.get(recommended=True).title == "Standard"
    assert "Version 1" in text(client.get(f"/workbench/repairs/{repair.code}/"))


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(tess: User, sign_in: SignIn) -> None:
    quote = make_draft(finding="")
    client = sign_in(tess)
    cleaning = line(quote, "Cleaning")
    data = {**form_of(quote), f"line-{cleaning}-label": "", f"line-{cleaning}-unit_pence": "33.00"}
    refused = client.post(f"/workbench/quotes/{quote.pk}/", {**data, "act": "send"})
    assert refused.status_code == 422
    for words in ("Say what was found", "Say what it is, or remove the line.", 'value="33.00"'):
        assert words in text(refused)
    quote.refresh_from_db()
    assert quote.status == "draft"
    assert quote.lines.get(pk=cleaning).unit_pence == 3300


def test_a_colleagues_save_is_a_choice_not_an_accident(tess: User, mona: User, sign_in: SignIn) -> None:
    quote = make_draft()
    ours, theirs = sign_in(tess), sign_in(mona)
    here, data = f"/workbench/quotes/{quote.pk}/", form_of(quote)
    theirs.post(here, {**form_of(quote, costs=True), "finding": "Mona's", "act": "save"})
    refused = ours.post(here, {**data, "finding": "Mine", "act": "save"})
    assert refused.status_code == 409
    assert "Mine" in text(refused)
    assert Quote.objects.get().finding == "Mona's"


def test_a_draft_sent_by_a_colleague_is_not_saved_over(tess: User, sign_in: SignIn) -> None:
    quote = make_draft()
    typed = form_of(quote)
    send(quote)
    refused = sign_in(tess).post(f"/workbench/quotes/{quote.pk}/", {**typed, "finding": "Too late", "act": "save"})
    assert (refused.status_code, Quote.objects.get().finding) == (409, FINDING)


def test_only_an_expired_quote_is_asked_for_again() -> None:
    quote = make_sent()
    assert Client().post(reverse("quotes:renewal", args=[quote.token])).status_code == 409
    quote.refresh_from_db()
    assert quote.asked_again_at is None


def test_the_answer_by_telephone(fred: User, sign_in: SignIn) -> None:
    quote = make_sent()
    client = sign_in(fred)
    data = choice(quote, "Standard part", how="phone", seen_pence="16900")
    shown = client.post(f"/workbench/quotes/{quote.pk}/total/", data)
    assert total_shown(shown) == "16900"
    wrong = client.post(f"/workbench/quotes/{quote.pk}/answer/", {**data, "seen_pence": "1"})
    assert (wrong.status_code, QuoteAnswer.objects.count()) == (422, 0)
    done = client.post(f"/workbench/quotes/{quote.pk}/answer/", data)
    assert done.headers["Location"] == f"/workbench/repairs/{quote.repair.code}/"
    kept = QuoteAnswer.objects.get()
    assert (kept.how, kept.recorded_by, kept.said_by) == ("phone", "Fred", "Alice Archer")
    again = client.post(f"/workbench/quotes/{quote.pk}/answer/", {**data, "answer": "no", "reason": "No"})
    assert again.status_code == 409


def test_the_follow_up_list_counts_and_groups(tess: User, manchester: Location, sign_in: SignIn) -> None:
    waiting, declined, over = make_sent(), make_sent(), make_sent()
    make_sent(make_repair(location=manchester, status="diagnosis", services=[]))  # nobody's business here
    make_draft()
    actions.decline(declined.pk, reason="Found it cheaper.", given=actions.Given("Alice", "link"), by=link(declined))
    assert over.sent_at is not None
    Quote.objects.filter(pk=over.pk).update(valid_until=over.sent_at + timedelta(microseconds=1))
    soon = clock.now() + timedelta(days=2)
    Quote.objects.filter(pk=waiting.pk).update(valid_until=soon)
    client = sign_in(tess)
    found = {}
    for group in ("waiting", "expiring", "expired", "declined", "draft"):
        page = client.get(f"/workbench/quotes/?show={group}")
        found[group] = page.content.decode().count("cell-title")
        assert 'aria-current="true">' in page.content.decode()
    assert found == {"waiting": 1, "expiring": 1, "expired": 1, "declined": 1, "draft": 1}
    assert "Found it cheaper." in text(client.get("/workbench/quotes/?show=declined"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/workbench/quotes/")
    for _more in range(3):
        make_sent()
    with CaptureQueriesContext(connection) as many:
        client.get("/workbench/quotes/?after=nonsense")
    assert len(many) == len(few)
    assert client.get("/workbench/quotes/now/").status_code == 200


WALLS = {
    "get": ["/workbench/quotes/", "/workbench/quotes/templates/", "/workbench/quotes/{pk}/", "/workbench/quotes/{pk}/now/",
            "/workbench/quotes/{pk}/preview/"],
    "post": ["/workbench/quotes/{pk}/sums/", "/workbench/quotes/{pk}/answer/", "/workbench/quotes/{pk}/total/",
             "/workbench/quotes/{pk}/", "/workbench/repairs/{code}/quotes/"],
}  # fmt: skip


@pytest.mark.parametrize("method", WALLS)
def test_the_workbench_is_for_staff(method: str, alice: User, eve: User, sign_in: SignIn) -> None:
    quote = make_sent(make_repair(customer=alice.customer, status="diagnosis", services=[]))
    events = EventRecord.objects.count()
    for client, statuses in ((Client(), (302, 401)), (sign_in(eve), (403, 404)), (sign_in(alice), (403, 404))):
        for path in WALLS[method]:
            response = getattr(client, method)(path.format(pk=quote.pk, code=quote.repair.code))
            assert response.status_code in statuses, path
    assert EventRecord.objects.count() == events
