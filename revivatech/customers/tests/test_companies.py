"""Business accounts: who speaks for a company, what they see and may answer, and that nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.accounts.tests.fixtures import link_in, mail_on, post, smtp
from revivatech.customers import actions, companies
from revivatech.customers.companies import Rights
from revivatech.customers.jobs import forget_invitations
from revivatech.customers.models import Company, Contact, ContactInvitation, Customer
from revivatech.customers.problems import InvitationOver, LastManager, NotInvited, SpeaksForAnother
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound, Problem
from revivatech.privacy.erasing import erase
from revivatech.repairs.actions import propose_price, record_answer
from revivatech.repairs.models import PriceAnswer, Repair
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.factories import make_customer, make_repair, make_user
from revivatech.testing.quotes import make_sent

__all__ = ["mail_on", "post", "smtp"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
ALL = Rights(may_book=True, may_approve=True, manages=True)


@pytest.fixture
def company(fred: User, actor: As, shop: Location) -> Company:
    return actions.add_company(name="  Archer \t Ltd ", vat_number="GB1", by=actor(fred))


def join(company: Company, user: User, rights: Rights, by: Actor) -> Contact:
    return actions.add_contact(company.pk, user.customer.pk, rights, by=by)


def codes(user: User, actor: As) -> set[str]:
    return set(Repair.objects.of_company(actor(user)).values_list("code", flat=True))


def at(days: int) -> object:
    return clock.frozen(clock.now() + timedelta(days=days))


def test_contacts_see_what_contacts_brought_and_nothing_else(
    company: Company, alice: User, bob: User, eve: User, fred: User, shop: Location, actor: As
) -> None:
    early = make_repair(location=shop, customer=alice.customer)
    with at(1):  # type: ignore[attr-defined]
        join(company, alice, Rights(), actor(fred))
        join(company, bob, Rights(may_book=False), actor(fred))
    with at(2):  # type: ignore[attr-defined]
        hers, his = (
            make_repair(location=shop, customer=alice.customer),
            make_repair(location=shop, customer=bob.customer),
        )
    with at(3):  # type: ignore[attr-defined]
        assert codes(bob, actor) == codes(alice, actor) == {hers.code}
        assert codes(eve, actor) == set()
        contact = Contact.objects.get(customer=alice.customer)
        actions.remove_contact(company.pk, contact.pk, by=actor(fred))
    with at(4):  # type: ignore[attr-defined]
        late = make_repair(location=shop, customer=alice.customer)
        assert codes(bob, actor) == {hers.code}
        assert codes(alice, actor) == set()
    assert {early.code, hers.code, late.code} == set(
        Repair.objects.visible_to(actor(alice)).values_list("code", flat=True)
    )
    assert his.code not in codes(alice, actor)


def test_the_pages_of_a_contact(
    company: Company,
    alice: User,
    bob: User,
    eve: User,
    fred: User,
    tess: User,
    shop: Location,
    actor: As,
    sign_in: Callable[[User], Client],
) -> None:
    join(company, alice, ALL, actor(fred))
    join(company, bob, Rights(may_book=False), actor(fred))
    hers = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    propose_price(hers.code, pence=9900, finding="The board", by=actor(tess))
    listing, page = reverse("repairs:company_repairs"), reverse("repairs:company_repair", args=[hers.code])
    assert hers.code in sign_in(bob).get(listing).text
    shown = sign_in(bob).get(page).text
    assert "waits for an answer by a contact" in shown
    assert 'name="answer"' not in shown
    answer = {"answer": "yes", "pence": 9900, "said_by": "Bob", "words": ""}
    assert sign_in(bob).post(page, answer).status_code == 404
    assert not PriceAnswer.objects.exists()
    for stranger in (eve,):
        assert sign_in(stranger).get(listing).status_code == sign_in(stranger).get(page).status_code == 404
    assert (
        sign_in(bob).get(reverse("repairs:portal_track", args=[hers.code])).status_code == 404
    )  # the long page stays hers
    overview = sign_in(bob).get(reverse("repairs:portal")).text
    assert "Repairs of Archer Ltd" in overview
    own = sign_in(alice).get(reverse("customers:company")).text
    assert bob.customer.name in own
    assert "Invite a contact" in own
    assert "Invite a contact" not in sign_in(bob).get(reverse("customers:company")).text
    assert "You speak for no company" in sign_in(eve).get(reverse("customers:company")).text


def test_who_may_approve_answers_under_their_own_name(
    company: Company,
    alice: User,
    bob: User,
    fred: User,
    tess: User,
    shop: Location,
    actor: As,
    sign_in: Callable[[User], Client],
) -> None:
    join(company, alice, Rights(), actor(fred))
    contact = join(company, bob, Rights(may_book=False, may_approve=True), actor(fred))
    first, second = (make_repair(location=shop, customer=alice.customer, status="diagnosis") for _ in range(2))
    propose_price(first.code, pence=9900, finding="The board", by=actor(tess))
    quote = make_sent(make_repair(location=shop, customer=alice.customer, status="diagnosis", services=[]))
    page = reverse("repairs:company_repair", args=[first.code])
    wrong = sign_in(bob).post(page, {"answer": "yes", "pence": 100, "said_by": "Bob", "words": ""})
    assert (wrong.status_code, "The price has changed" in wrong.text) == (422, True)
    assert sign_in(bob).post(page, {"answer": "yes", "pence": 9900, "said_by": "Bob", "words": ""}).status_code == 302
    first.refresh_from_db()
    assert first.agreed_pence == 9900
    row = EventRecord.objects.get(name="repair.price_answered")
    assert (row.actor_kind, row.actor_id) == ("customer", bob.pk)
    asked = sign_in(bob).get(reverse("repairs:company_repair", args=[quote.repair.code])).text
    assert reverse("quotes:show", args=[quote.token]) in asked
    assert type(quote).objects.visible_to(actor(bob)).filter(pk=quote.pk).exists()
    propose_price(second.code, pence=5000, finding="A seal", by=actor(tess))
    actions.remove_contact(company.pk, contact.pk, by=actor(fred))
    with pytest.raises(NotFound):
        record_answer(second.code, approved=True, pence=5000, said_by="Bob", how="portal", by=actor(bob))
    assert not type(quote).objects.visible_to(actor(bob)).exists()


def test_an_invitation_from_letter_to_contact(
    company: Company,
    alice: User,
    bob: User,
    fred: User,
    actor: As,
    sign_in: Callable[[User], Client],
    post: Callable[[], list[tuple[str, str, str]]],
) -> None:
    join(company, alice, ALL, actor(fred))
    asked = {"email": bob.email.upper(), "may_approve": "on"}
    sign_in(alice).post(reverse("customers:company_invite", args=[company.pk]), asked)
    [(address, subject, text)] = post()
    assert (address, subject) == (bob.email, f"{alice} invites you to Archer Ltd")
    page = link_in(text)
    assert "Create an account" in Client().get(page).text
    assert Client().post(page).status_code == 302  # to the sign-in page
    other = sign_in(make_user("somebody@example.com"))
    assert "for another e-mail address" in other.get(page).text
    assert other.post(page).status_code == 409
    assert Contact.objects.count() == 1
    assert sign_in(bob).post(page)["Location"] == reverse("customers:company")
    contact = Contact.objects.get(customer=bob.customer)
    assert Rights.of(contact) == Rights(may_book=False, may_approve=True, manages=False)
    assert ContactInvitation.objects.count() == 0
    assert sign_in(bob).get(page).status_code == 410
    names = list(EventRecord.objects.filter(subject_kind="company").order_by("pk").values_list("name", flat=True))
    assert names == ["company.added", "company.contact_joined", "company.contact_invited", "company.contact_joined"]


def test_an_invitation_is_in_their_language_or_the_chosen_one(company: Company, fred: User, actor: As) -> None:
    make_customer("Nina", email="new@example.com", locale="pt")
    invited = [
        actions.invite_contact(company.pk, email="New@example.com", rights=Rights(), language=chosen, by=actor(fred))
        for chosen in ("", "en-gb", "xx")
    ]
    assert ["/pt/" in one.link for one in invited] == [True, False, True]


def test_an_invited_person_without_a_profile_gets_one(company: Company, fred: User, actor: As) -> None:
    new = make_user("new@example.com", "Nina New")
    invited = actions.invite_contact(company.pk, email="new@example.com", rights=Rights(), by=actor(fred))
    token = invited.link.rstrip("/").rpartition("/")[2]
    unproven = make_user("other@example.com", verified=False)
    with pytest.raises(NotInvited):
        actions.accept_invitation(token, by=actor(unproven))
    actions.accept_invitation(token, by=actor(new))
    customer = Customer.objects.get(user=new)
    assert (customer.name, customer.company, customer.is_business) == ("Nina New", "Archer Ltd", True)


def test_invitations_end(company: Company, bob: User, fred: User, actor: As) -> None:
    invited = actions.invite_contact(company.pk, email=bob.email, rights=Rights(), by=actor(fred))
    token = invited.link.rstrip("/").rpartition("/")[2]
    again = actions.invite_contact(company.pk, email=bob.email, rights=ALL, by=actor(fred))
    with pytest.raises(InvitationOver):
        actions.accept_invitation(token, by=actor(bob))
    with at(15), pytest.raises(InvitationOver):  # type: ignore[attr-defined]
        actions.accept_invitation(again.link.rstrip("/").rpartition("/")[2], by=actor(bob))
    actions.withdraw_contact(company.pk, again.invitation.pk, by=actor(fred))
    actions.invite_contact(company.pk, email=bob.email, rights=ALL, by=actor(fred))
    with at(15):  # type: ignore[attr-defined]
        forget_invitations(timestamp=0)
    assert ContactInvitation.objects.count() == 0
    assert not Contact.objects.exists()


VERBS: dict[str, Callable[[Company, Contact, Actor], object]] = {
    "invite": lambda company, contact, by: actions.invite_contact(company.pk, email="x@example.com", rights=ALL, by=by),
    "rights": lambda company, contact, by: actions.change_rights(company.pk, contact.pk, ALL, by=by),
    "remove": lambda company, contact, by: actions.remove_contact(company.pk, contact.pk, by=by),
    "add": lambda company, contact, by: actions.add_contact(company.pk, contact.customer_id, ALL, by=by),
    "edit": lambda company, contact, by: actions.edit_company(company.pk, name="Mine", by=by),
    "close": lambda company, contact, by: actions.close_company(company.pk, by=by),
}


@pytest.mark.parametrize("who", ["outsider", "other company", "plain contact", "technician"])
@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not(
    company: Company, verb: str, who: str, alice: User, bob: User, eve: User, fred: User, tess: User, actor: As
) -> None:
    contact = join(company, alice, Rights(may_approve=True), actor(fred))
    elsewhere = actions.add_company(name="Eve Ltd", by=actor(fred))
    actions.add_contact(elsewhere.pk, make_customer(user=make_user("boss@example.com")).pk, ALL, by=actor(fred))
    join(company, bob, Rights(), actor(fred))
    people = {
        "outsider": eve,
        "other company": User.objects.get(email="boss@example.com"),
        "plain contact": bob,
        "technician": tess,
    }
    before = list(Contact.objects.order_by("pk").values())
    count = EventRecord.objects.count()
    with pytest.raises((NotFound, Denied)):
        VERBS[verb](company, contact, actor(people[who]))
    assert list(Contact.objects.order_by("pk").values()) == before
    assert (EventRecord.objects.count(), Company.objects.get(pk=company.pk).closed_at) == (count, None)


def test_the_last_manager_stays_and_anybody_may_leave(
    company: Company, alice: User, bob: User, fred: User, actor: As
) -> None:
    boss, plain = join(company, alice, ALL, actor(fred)), join(company, bob, Rights(), actor(fred))
    for act in (
        lambda: actions.remove_contact(company.pk, boss.pk, by=actor(alice)),
        lambda: actions.change_rights(company.pk, boss.pk, Rights(), by=actor(alice)),
    ):
        with pytest.raises(LastManager):
            act()
    second = actions.change_rights(company.pk, plain.pk, ALL, by=actor(alice))
    actions.remove_contact(company.pk, boss.pk, by=actor(alice))
    assert companies.own_contact(actor(alice)) is None
    actions.remove_contact(company.pk, second.pk, by=actor(fred))  # staff can always
    assert companies.contacts_of(company) == []


def test_who_manages_gives_the_right_to_approve_only_if_they_have_it(
    company: Company, alice: User, bob: User, fred: User, sign_in: Callable[[User], Client], actor: As
) -> None:
    boss = join(company, alice, Rights(manages=True), actor(fred))
    approver = join(company, bob, Rights(may_approve=True), actor(fred))
    approving = Rights(may_approve=True, manages=True)
    count = EventRecord.objects.count()
    for give in (
        lambda: actions.change_rights(company.pk, boss.pk, approving, by=actor(alice)),
        lambda: actions.invite_contact(
            company.pk, email="me2@example.com", rights=Rights(may_approve=True), by=actor(alice)
        ),
    ):
        with pytest.raises(Denied):
            give()
    page = sign_in(alice)
    tampered = page.post(
        reverse("customers:contact_rights", args=[company.pk, boss.pk]), {"may_approve": "on", "manages": "on"}
    )
    assert (tampered.status_code, EventRecord.objects.count()) == (403, count)
    assert not Contact.objects.get(pk=boss.pk).may_approve
    shown = page.get(reverse("customers:company")).text
    assert (
        "Who approves prices is decided by a contact who approves them" in shown,
        shown.count('name="may_approve"'),
    ) == (True, 1)
    # What somebody has stays, or is taken away; who has it and manages may pass it on; so may the shop.
    kept = actions.change_rights(company.pk, approver.pk, Rights(may_approve=True, manages=True), by=actor(alice))
    boss = actions.change_rights(company.pk, boss.pk, approving, by=actor(bob))
    assert (kept.manages, boss.may_approve) == (True, True)
    assert not actions.change_rights(company.pk, kept.pk, Rights(manages=True), by=actor(alice)).may_approve


def test_one_company_at_a_time(company: Company, alice: User, bob: User, fred: User, actor: As) -> None:
    join(company, alice, ALL, actor(fred))
    other = actions.add_company(name="Other", by=actor(fred))
    with pytest.raises(SpeaksForAnother):
        join(other, alice, ALL, actor(fred))
    guest = make_customer("Alice", email=alice.email)
    actions.add_contact(other.pk, guest.pk, Rights(), by=actor(fred))
    with pytest.raises(SpeaksForAnother):
        actions.merge(alice.customer.pk, guest.pk, by=actor(fred))
    actions.close_company(other.pk, by=actor(fred))
    actions.merge(alice.customer.pk, guest.pk, by=actor(fred))
    with pytest.raises(Problem):
        actions.invite_contact(other.pk, email="x@example.com", rights=ALL, by=actor(fred))


def test_staff_pages_and_the_api(
    company: Company, alice: User, bob: User, fred: User, actor: As, sign_in: Callable[[User], Client]
) -> None:
    contact = join(company, alice, Rights(), actor(fred))
    client, page = sign_in(fred), reverse("customers:company_show", args=[company.pk])
    assert "Archer Ltd" in client.get(reverse("customers:companies")).text
    assert client.post(reverse("customers:companies"), {"name": " "}).status_code == 422
    assert client.post(reverse("customers:companies"), {"name": "Second"}).status_code == 302
    client.post(reverse("customers:contact_add", args=[company.pk]), {"customer": bob.customer.pk, "may_approve": "on"})
    assert Rights.of(Contact.objects.get(customer=bob.customer)) == Rights(may_book=False, may_approve=True)
    client.post(reverse("customers:contact_rights", args=[company.pk, contact.pk]), {"manages": "on"})
    assert "Alice" in client.get(page).text
    assert "Archer Ltd" in client.get(reverse("customers:show", args=[alice.customer.pk])).text
    api = as_person(fred)
    listed = api.get("/api/v1/companies", q="arch").json()["items"]
    assert [(row["name"], row["contacts"], row["closed"]) for row in listed] == [("Archer Ltd", 2, False)]
    people = api.get(f"/api/v1/companies/{company.pk}/contacts").json()["items"]
    assert {(row["name"], row["manages"]) for row in people} == {
        (alice.customer.name, True),
        (bob.customer.name, False),
    }
    assert [row["id"] for row in as_person(bob).get("/api/v1/companies").json()["items"]] == [company.pk]
    client.post(reverse("customers:company_closing", args=[company.pk]))
    assert as_person(bob).get(f"/api/v1/companies/{company.pk}").status_code == 404


def test_who_is_erased_speaks_for_nobody(company: Company, alice: User, fred: User, actor: As) -> None:
    join(company, alice, ALL, actor(fred))
    actions.invite_contact(company.pk, email=alice.email, rights=ALL, by=actor(fred))
    erase(alice)
    assert not Contact.objects.exists()
    assert not ContactInvitation.objects.exists()
