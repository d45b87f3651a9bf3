"""Support access: given by the owner, scoped, seen, and over when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from revivatech.accounts import support
from revivatech.accounts.invitations import Invited
from revivatech.accounts.models import Invitation, Membership, Role, User
from revivatech.accounts.permissions import OWNER
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.shop.models import Location

from .fixtures import confirmed, link_in

__all__ = ["confirmed"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]


def give(by: Actor, location: Location, **changes: Any) -> Invited:
    role = Role.objects.get(key="technician")
    asked: dict[str, Any] = {"email": "helper@example.com", "role_id": role.pk, "location_id": location.pk}
    return support.grant(**{**asked, "hours": 4, "reason": "The printer", **changes}, by=by)


def join(link: str) -> tuple[Client, User]:
    client = Client()
    client.post(link_in(link), {"full_name": "Hal Helper", "password": "violet tram lantern"})
    return client, User.objects.get(email="helper@example.com")


def test_a_helper_comes_in_and_goes_when_time_is_over(
    olga: User, shop: Location, manchester: Location, actor: As
) -> None:
    client, helper = join(give(actor(olga), shop).link)
    assert actor(helper).may("repairs.work", at=shop.pk)
    assert not actor(helper).may("repairs.work", at=manchester.pk)
    assert client.get(reverse("repairs:queue")).status_code == 200
    assert support.end_expired() == 0
    Membership.objects.filter(user=helper).update(until=clock.now() - timedelta(seconds=1))
    # To the second, before any job has come by.
    assert not actor(helper).may("repairs.work")
    assert client.get(reverse("repairs:queue")).status_code == 403
    assert support.end_expired() == 1
    assert not UserSession.objects.filter(user=helper).exists()
    helper.refresh_from_db()
    assert (helper.is_active, helper.memberships.exists()) == (False, False)
    assert EventRecord.objects.get(name="support.ended").payload["why"] == "expired"
    assert support.end_expired() == 0


def test_the_owner_sees_it_and_ends_it(
    olga: User, shop: Location, confirmed: Callable[[User], Client], actor: As
) -> None:
    client, address = confirmed(olga), reverse("accounts:support")
    assert "Nobody has support access" in client.get(address).text
    role = Role.objects.get(key="technician").pk
    form = {"email": "helper@example.com", "role": role, "location": shop.pk, "hours": "4"}
    assert client.post(address, form).status_code == 422
    page = client.post(address, {**form, "reason": "The printer"}, follow=True).text
    assert "not here yet" in client.get(address).text
    told = EventRecord.objects.get(name="support.granted").payload
    assert (told["role"], told["location_id"], told["reason"]) == ("technician", shop.pk, "The printer")
    theirs, helper = join(
        page[page.index('value="http', page.index('id="new-link-1"')) :].partition(">")[0].replace('"', " ")
    )
    assert "What they did" in client.get(address).text
    client.post(reverse("accounts:support_end", args=[helper.pk]))
    assert theirs.get(reverse("accounts:security")).status_code == 302
    assert EventRecord.objects.get(name="support.ended").payload["why"] == "ended"
    assert "Nobody has support access" in client.get(address).text


@pytest.mark.parametrize("who", ["mona", "tess", "fred", "alice"])
def test_only_owners_give_it(request: pytest.FixtureRequest, shop: Location, actor: As, who: str) -> None:
    with pytest.raises(Denied):
        give(actor(request.getfixturevalue(who)), shop)
    assert not Invitation.objects.exists()


def test_what_is_refused(olga: User, tess: User, shop: Location, actor: As) -> None:
    for changes in ({"hours": 0}, {"hours": 169}, {"reason": "  "}):
        with pytest.raises(Invalid):
            give(actor(olga), shop, **changes)
    with pytest.raises(Denied):
        give(actor(olga), shop, role_id=Role.objects.get(key=OWNER).pk)
    with pytest.raises(NotFound):
        support.end(tess.pk, by=actor(olga))
    assert not Invitation.objects.exists()
    assert not EventRecord.objects.exists()


def test_a_link_does_not_outlive_the_access(olga: User, shop: Location, actor: As) -> None:
    invited = give(actor(olga), shop, hours=1)
    assert invited.invitation.expires_at == invited.invitation.until
    Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Client().get(link_in(invited.link)).status_code == 410
