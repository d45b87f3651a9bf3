"""Business accounts over the API: opened, changed, joined and left, by the people who may on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.customers.models import Company, Contact, ContactInvitation
from revivatech.platform.idempotency import IdempotencyKey
from revivatech.testing.api import as_person

HERE = "/api/v1/companies"


def opened(fred: User, *contacts: User, **rights: bool) -> tuple[str, list[int]]:
    """The address of Archer Ltd, and the ids of its contacts."""
    api = as_person(fred)
    there = f"{HERE}/{api.post(HERE, {'name': 'Archer Ltd'}).json()['id']}"
    joined = [api.post(f"{there}/contacts", {"customer": who.customer.pk, **rights}) for who in contacts]
    return there, [answer.json()["id"] for answer in joined]


@pytest.mark.django_db
def test_staff_open_change_and_close_it(fred: User, alice: User) -> None:
    api = as_person(fred)
    first, again = (api.post(HERE, {"name": " Archer  Ltd "}, key="one-archer-limited") for _time in range(2))
    assert (first.status_code, first.json()["name"], again.json()) == (201, "Archer Ltd", first.json())
    assert api.post(HERE, {"name": "\u200b \u00a0"}).status_code == 422  # nobody would see it
    there = f"{HERE}/{first.json()['id']}"
    changed = api.post(f"{there}/details", {"vat_number": "GB1"}).json()
    assert (changed["name"], changed["vat_number"]) == ("Archer Ltd", "GB1")
    joined = api.post(f"{there}/contacts", {"customer": alice.customer.pk, "may_book": True})
    assert (joined.status_code, joined.json()["may_book"], joined.json()["manages"]) == (201, True, False)
    twice = api.post(f"{there}/contacts", {"customer": alice.customer.pk})
    assert (twice.status_code, twice.json()["code"]) == (409, "speaks_for_another")
    more = api.post(f"{there}/contacts/{joined.json()['id']}/rights", {"may_book": True, "manages": True}).json()
    assert (more["manages"], more["id"] == joined.json()["id"]) == (True, False)
    assert api.post(f"{there}/contacts/{more['id']}/removal").json()["items"] == []
    closed = api.post(f"{there}/closing").json()
    assert (closed["closed"], closed["contacts"], Company.objects.count()) == (True, 0, 1)
    assert api.post(f"{there}/details", {"name": "Bowyer"}).status_code == 404


@pytest.mark.django_db
def test_who_manages_invites_and_gives_no_right_they_lack(fred: User, alice: User, bob: User, eve: User) -> None:
    there, (hers, his) = opened(fred, alice, bob, manages=True)
    assert as_person(fred).post(f"{there}/contacts/{his}/rights", {"may_book": True}).status_code == 200
    asked = {"email": "New@Example.com", "may_book": True}
    invited = as_person(alice).post(f"{there}/invitations", asked)
    assert (invited.status_code, invited.json()["email"]) == (201, "new@example.com"), invited.content
    assert "/company/join/" in invited.json()["link"]  # this shop sends no e-mail
    first, again = (as_person(alice).post(f"{there}/invitations", asked, key="one-new-contact-1") for _time in range(2))
    assert "/company/join/" in first.json()["link"]
    assert again.json() == {**first.json(), "link": None}  # kept by its hash alone, so for nobody to read
    assert not IdempotencyKey.objects.filter(result__icontains="/join/").exists()
    assert as_person(alice).post(f"{there}/invitations", {**asked, "may_approve": True}).status_code == 403
    wrong = as_person(alice).post(f"{there}/invitations", {"email": "nobody"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["email"])
    last = as_person(alice).post(f"{there}/contacts/{hers}/removal")
    assert (last.status_code, last.json()["code"]) == (409, "last_manager")
    for who, status in ((bob, 403), (eve, 404)):
        assert as_person(who).get(f"{there}/invitations").status_code == status, who
        assert as_person(who).post(f"{there}/invitations", asked).status_code == status, who
    (waiting,) = as_person(alice).get(f"{there}/invitations").json()["items"]
    assert "link" not in waiting
    assert as_person(alice).post(f"{there}/invitations/{waiting['id']}/withdrawal").json()["items"] == []
    assert (ContactInvitation.objects.count(), Contact.objects.filter(until=None).count()) == (0, 2)


@pytest.mark.django_db
def test_nobody_else_writes(fred: User, tess: User, alice: User, eve: User) -> None:
    there, (hers,) = opened(fred, alice)
    writes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/details", {"name": "Mine"}), ("/closing", {}), ("/contacts", {"customer": eve.customer.pk}),
        (f"/contacts/{hers}/rights", {"manages": True}), ("/invitations", {"email": "e@example.com"}),
    )  # fmt: skip
    for who, status in ((tess, 403), (alice, 403), (eve, 404)):
        for part, body in writes:
            wanted = 403 if part in ("/details", "/closing", "/contacts") else status  # by staff alone
            assert as_person(who).post(there + part, body).status_code == wanted, (who, part)
        assert as_person(who).post(HERE, {"name": "Mine"}).status_code == 403
    assert as_person(alice).post(f"{there}/contacts/{hers}/removal").json()["items"] == []  # leaving is one's own
    assert (Company.objects.get().name, Contact.objects.filter(until=None).count()) == ("Archer Ltd", 0)
