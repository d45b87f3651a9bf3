"""The pages: by link, by portal, without scripts; the builder, the list, paper; and what nobody outside may read."""

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
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.quotes import actions
from revivatech.quotes.builder import Builder
from revivatech.quotes.models import Quote, QuoteAnswer
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.catalogue import make_rule
from revivatech.testing.factories import make_business, make_repair
from revivatech.testing.quotes import COSTS, FINDING, approve, line, link, make_draft, make_sent, option, send

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("shop")


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def total_shown(response: Any) -> str:
    found = re.search(r'name="seen_pence" value="(\d+)"', response.content.decode())
    return found[1] if found else ""


def choice(quote: Quote, title: str, *ticked: str, **more: Any) -> dict[str, Any]:
    lines = [line(quote, label) for label in ticked]
    return {"option": option(quote, title), "ticked": lines, "said_by": "Alice Archer", "answer": "yes", **more}


def test_the_customer_compares_and_approves_without_an_account() -> None:
    quote = make_sent()
    client, here = Client(), reverse("quotes:show", args=[quote.token])
    page = client.get(here)
    for words in (FINDING, "Original part", "£219.00", "£169.00", "Protective case", "+ £15.00", "We recommend it"):
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
