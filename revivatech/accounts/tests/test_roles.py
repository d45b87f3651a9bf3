"""Roles of the shop's own, and what of the built-in ones may be changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts import actions, invitations, role_actions
from revivatech.accounts.models import Membership, Role, User
from revivatech.accounts.permissions import PERMISSIONS
from revivatech.accounts.problems import RoleInUse, RoleIsFixed
from revivatech.accounts.roles import sync_built_in
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.shop.models import Location
from revivatech.testing.factories import make_staff

from .fixtures import confirmed

__all__ = ["confirmed"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]
MAY = ["repairs.view", "money.refund"]


def test_a_role_is_made_given_changed_and_removed(olga: User, tess: User, shop: Location, actor: As) -> None:
    role = role_actions.add_role(name=" Cash  desk ", permissions=MAY, by=actor(olga))
    assert (role.key, role.name, role.permissions) == ("cash_desk", "Cash desk", sorted(MAY))
    actions.set_memberships(tess.pk, [(role.key, shop.pk)], by=actor(olga))
    assert actor(tess).may("money.refund", at=shop.pk)
    assert not actor(tess).may("repairs.work")
    role_actions.change_role(role.pk, name="Till", permissions=["money.take"], by=actor(olga))
    assert actor(tess).may("money.take", at=shop.pk)
    assert not actor(tess).may("money.refund")
    with pytest.raises(RoleInUse):
        role_actions.remove_role(role.pk, by=actor(olga))
    actions.set_memberships(tess.pk, [("technician", shop.pk)], by=actor(olga))
    role_actions.remove_role(role.pk, by=actor(olga))
    assert not Role.objects.filter(pk=role.pk).exists()
    told = EventRecord.objects.filter(subject_kind="role").order_by("pk").values_list("name", "payload")
    assert [(name, payload["role_id"]) for name, payload in told] == [
        ("role.added", role.pk), ("role.changed", role.pk), ("role.removed", role.pk),
    ]  # fmt: skip
    assert told[1][1] | {"role_id": 0} == {
        "role_id": 0, "title": ["Cash desk", "Till"], "gained": ["money.take"], "lost": sorted(MAY),
    }  # fmt: skip


def test_a_role_somebody_is_invited_with_stays(olga: User, actor: As) -> None:
    role = role_actions.add_role(name="Till", permissions=MAY, by=actor(olga))
    invited = invitations.invite(email="kim@example.com", role_id=role.pk, location_id=None, by=actor(olga))
    with pytest.raises(RoleInUse):
        role_actions.remove_role(role.pk, by=actor(olga))
    invitations.withdraw(invited.invitation.pk, by=actor(olga))
    role_actions.remove_role(role.pk, by=actor(olga))


def test_what_an_owner_changed_in_a_built_in_role_stays_after_an_upgrade(olga: User, tess: User, actor: As) -> None:
    role = Role.objects.get(key="technician")
    kept = [name for name in role.permissions if name != "customers.view"]
    role_actions.change_role(role.pk, name="Anything", permissions=kept, by=actor(olga))
    sync_built_in()
    role.refresh_from_db()
    assert (role.name, "customers.view" in role.permissions) == ("Technician", False)
    assert not actor(tess).may("customers.view")


def test_fixed_roles(olga: User, actor: As) -> None:
    owner, technician = Role.objects.get(key="owner"), Role.objects.get(key="technician")
    acts: list[Callable[[], object]] = [
        lambda: role_actions.change_role(owner.pk, name="Owner", permissions=["repairs.view"], by=actor(olga)),
        lambda: role_actions.remove_role(owner.pk, by=actor(olga)),
        lambda: role_actions.remove_role(technician.pk, by=actor(olga)),
    ]
    for act in acts:
        with pytest.raises(RoleIsFixed):
            act()
    with pytest.raises(NotFound):
        role_actions.remove_role(0, by=actor(olga))
    owner.refresh_from_db()
    assert set(owner.permissions) == set(PERMISSIONS)
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize(
    ("name", "permissions"),
    [("", MAY), ("x" * 81, MAY), ("Till", []), ("Till", ["no.such"]), ("Till", [*MAY, "*"]), ("MANAGER", MAY)],
)
def test_bad_roles_are_refused(olga: User, actor: As, name: str, permissions: list[str]) -> None:
    before = Role.objects.count()
    with pytest.raises(Invalid):
        role_actions.add_role(name=name, permissions=permissions, by=actor(olga))
    assert Role.objects.count() == before


@pytest.mark.parametrize("who", ["tess", "fred", "mona", "alice"])
def test_who_may_not(request: pytest.FixtureRequest, shop: Location, actor: As, who: str) -> None:
    person, role = request.getfixturevalue(who), Role.objects.get(key="technician")
    acts: list[Callable[[], object]] = [
        lambda: role_actions.add_role(name="Till", permissions=MAY, by=actor(person)),
        lambda: role_actions.change_role(role.pk, name="Other", permissions=[*MAY], by=actor(person)),
    ]
    for act in acts:
        with pytest.raises(Denied):
            act()
    assert not Role.objects.filter(name="Till").exists()
    assert not EventRecord.objects.exists()


def test_nobody_defines_more_than_they_hold(olga: User, shop: Location, actor: As) -> None:
    """Somebody who looks after staff, but not after money, cannot make or widen a role that does, nor narrow one."""
    keeper = role_actions.add_role(
        name="Staff keeper", permissions=["staff.view", "staff.manage", "repairs.view"], by=actor(olga)
    )
    kim = make_staff("technician", at=shop)
    Membership.objects.filter(user=kim).update(role=keeper, location=None)
    role_actions.add_role(name="Looker", permissions=["repairs.view"], by=actor(kim))
    acts: list[Callable[[], object]] = [
        lambda: role_actions.add_role(name="Till", permissions=MAY, by=actor(kim)),
        lambda: role_actions.change_role(keeper.pk, name="Keeper", permissions=["money.refund"], by=actor(kim)),
        lambda: role_actions.change_role(
            Role.objects.get(key="manager").pk, name="", permissions=["repairs.view"], by=actor(kim)
        ),
    ]
    for act in acts:
        with pytest.raises((Denied, Invalid)):
            act()
    Membership.objects.filter(user=kim).update(location=shop)
    with pytest.raises(Denied):  # a role can be given everywhere, and kim holds these only at one place
        role_actions.add_role(name="Looker 2", permissions=["repairs.view"], by=actor(kim))


def test_the_pages(olga: User, mona: User, confirmed: ClientOf, sign_in: ClientOf) -> None:
    client = confirmed(olga)
    client.post(reverse("accounts:role_new"), {"name": "Till", "permissions": MAY})
    role = Role.objects.get(name="Till")
    assert "Till" in client.get(reverse("accounts:roles")).text
    assert 'value="money.refund" id' in client.get(reverse("accounts:role", args=[role.pk])).text
    again = client.post(reverse("accounts:role_new"), {"name": "till", "permissions": MAY})
    assert (again.status_code, "There is a role of that name." in again.text) == (422, True)
    client.post(reverse("accounts:role", args=[role.pk]), {"name": "Till 2", "permissions": ["money.take"]})
    role.refresh_from_db()
    assert (role.name, role.permissions) == ("Till 2", ["money.take"])
    technician = Role.objects.get(key="technician")
    client.post(reverse("accounts:role", args=[technician.pk]), {"name": "Hacked", "permissions": ["repairs.view"]})
    technician.refresh_from_db()
    assert (technician.name, technician.permissions) == ("Technician", ["repairs.view"])
    client.post(reverse("accounts:role_removal", args=[role.pk]))
    assert not Role.objects.filter(pk=role.pk).exists()
    assert sign_in(mona).get(reverse("accounts:roles")).status_code == 200
    again = sign_in(olga).post(reverse("accounts:role_new"), {"name": "Till", "permissions": MAY})
    assert again["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not Role.objects.filter(name="Till").exists()
