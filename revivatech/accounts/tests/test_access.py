"""Who may come in: the cast against the permissions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from revivatech.accounts.access import needs, needs_sign_in, require
from revivatech.accounts.models import Role, User
from revivatech.accounts.permissions import BUILT_IN_ROLES, OWNER, PERMISSIONS, SENSITIVE, TECHNICIAN
from revivatech.accounts.roles import sync_built_in
from revivatech.platform.actors import Actor, by_link, system, visitor
from revivatech.platform.problems import Denied, SecondFactorRequired, SignInRequired
from revivatech.shop.models import Location
from revivatech.testing.factories import make_staff

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]


@pytest.mark.parametrize(
    ("who", "role"), [("tess", "technician"), ("fred", "front_desk"), ("mona", "manager"), ("olga", "owner")]
)
@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_staff_may_exactly_what_their_role_lists(
    request: pytest.FixtureRequest, actor: ActorOf, who: str, role: str, permission: str
) -> None:
    acting = actor(request.getfixturevalue(who))
    if permission in BUILT_IN_ROLES[role][1]:
        require(acting, permission)
    else:
        with pytest.raises(Denied):
            require(acting, permission)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_outsiders_may_nothing(actor: ActorOf, eve: User, permission: str) -> None:
    with pytest.raises(SignInRequired):
        require(visitor(), permission)
    with pytest.raises(SignInRequired):
        require(by_link("repair", 1), permission)
    with pytest.raises(Denied):
        require(actor(eve), permission)


def test_the_place_counts(actor: ActorOf, tess: User, olga: User, shop: Location, manchester: Location) -> None:
    require(actor(tess), "repairs.work", at=shop.pk)
    with pytest.raises(Denied):
        require(actor(tess), "repairs.work", at=manchester.pk)
    require(actor(olga), "repairs.work", at=manchester.pk)
    require(system(), "repairs.work", at=manchester.pk)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_sensitive_acts_need_a_second_factor(actor: ActorOf, shop: Location, permission: str) -> None:
    owner = actor(make_staff(OWNER, second_factor=False))
    if permission in SENSITIVE:
        with pytest.raises(SecondFactorRequired):
            require(owner, permission)
    else:
        require(owner, permission)


def test_a_suspended_person_is_a_visitor(actor: ActorOf, tess: User) -> None:
    tess.is_active = False
    assert actor(tess).kind == "visitor"


def test_views_ask_before_they_run(actor: ActorOf, tess: User, eve: User) -> None:
    ran: list[str] = []

    @needs("repairs.view")
    def queue(request: HttpRequest) -> HttpResponse:
        ran.append("queue")
        return HttpResponse()

    @needs_sign_in
    def portal(request: HttpRequest) -> HttpResponse:
        ran.append("portal")
        return HttpResponse()

    def asked_by(who: Actor) -> HttpRequest:
        request = HttpRequest()
        request.actor = who  # type: ignore[attr-defined]
        return request

    with pytest.raises(SignInRequired):
        queue(asked_by(visitor()))
    with pytest.raises(Denied):
        queue(asked_by(actor(eve)))
    with pytest.raises(SignInRequired):
        portal(asked_by(visitor()))
    assert ran == []
    queue(asked_by(actor(tess)))
    portal(asked_by(actor(eve)))
    assert ran == ["queue", "portal"]


def test_a_misspelt_permission_is_an_error_not_a_locked_door() -> None:
    with pytest.raises(ValueError, match="not a permission"):
        needs("repair.view")


def test_what_an_owner_changed_in_a_role_stays() -> None:
    sync_built_in()
    role = Role.objects.get(key=TECHNICIAN)
    role.name = "Bench"
    role.permissions = ["repairs.view", "money.take"]
    role.save()
    sync_built_in()
    role.refresh_from_db()
    assert (role.name, role.permissions) == ("Bench", ["repairs.view", "money.take"])


def test_a_new_permission_is_offered_once_and_the_owner_holds_everything() -> None:
    sync_built_in()
    role = Role.objects.get(key=TECHNICIAN)
    role.permissions.remove("messages.view")
    role.offered.remove("messages.view")
    role.save()
    Role.objects.filter(key=OWNER).update(permissions=["staff.view"])
    sync_built_in()
    role.refresh_from_db()
    assert "messages.view" in role.permissions
    assert set(Role.objects.get(key=OWNER).permissions) == set(PERMISSIONS)
