"""Roles are changed, people suspended and let in again; the last owner stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts import actions
from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import Membership, User
from revivatech.accounts.problems import LastOwner
from revivatech.accounts.queries import owners, staff_list
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.channel import CHANNEL
from revivatech.shop.models import Location
from revivatech.testing.factories import make_business, make_staff

from .fixtures import confirmed

__all__ = ["confirmed"]
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]


@pytest.mark.django_db
def test_roles_are_changed(olga: User, tess: User, shop: Location, manchester: Location, actor: As) -> None:
    actions.set_memberships(tess.pk, [("technician", shop.pk), ("front_desk", manchester.pk)], by=actor(olga))
    after = actor(tess)
    assert after.may("money.take", at=manchester.pk)
    assert not after.may("money.take", at=shop.pk)
    event = EventRecord.objects.get(name="user.membership_changed")
    assert event.payload["before"] == [["technician", shop.pk]]
    assert event.payload["after"] == [["front_desk", manchester.pk], ["technician", shop.pk]]
    assert (event.actor_id, event.subject_id) == (olga.pk, tess.pk)


@pytest.mark.django_db
def test_the_same_again_changes_nothing(olga: User, tess: User, shop: Location, actor: As) -> None:
    actions.set_memberships(tess.pk, [("technician", shop.pk)], by=actor(olga))
    assert not EventRecord.objects.exists()


@pytest.mark.django_db
def test_held_everywhere_needs_no_place(olga: User, tess: User, shop: Location, actor: As) -> None:
    actions.set_memberships(tess.pk, [("technician", shop.pk), ("technician", None)], by=actor(olga))
    assert [m.location for m in tess.memberships.all()] == [None]


@pytest.mark.django_db
@pytest.mark.parametrize("places", [[], [("no-such-role", None)]])
def test_no_role_or_an_unknown_one_is_refused(olga: User, tess: User, actor: As, places: list[Any]) -> None:
    with pytest.raises(Invalid):
        actions.set_memberships(tess.pk, places, by=actor(olga))
    assert tess.memberships.get().role.key == "technician"


VERBS: dict[str, Callable[[User, Actor], object]] = {
    "set_memberships": lambda person, by: actions.set_memberships(person.pk, [("owner", None)], by=by),
    "suspend": lambda person, by: actions.suspend(person.pk, by=by),
    "reactivate": lambda person, by: actions.reactivate(person.pk, by=by),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["tess", "fred", "mona", "alice", "eve"])
def test_who_may_not(request: pytest.FixtureRequest, bob: User, shop: Location, actor: As, verb: str, who: str) -> None:
    acting, person = request.getfixturevalue(who), make_staff("technician", at=shop)
    with pytest.raises(Denied):
        VERBS[verb](person, actor(acting))
    person.refresh_from_db()
    assert person.is_active
    assert person.memberships.get().role.key == "technician"
    assert not EventRecord.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_customers_are_not_staff(olga: User, alice: User, actor: As, verb: str) -> None:
    with pytest.raises(NotFound):
        VERBS[verb](alice, actor(olga))
    alice.refresh_from_db()
    assert alice.is_active
    assert not alice.memberships.exists()


@pytest.mark.django_db
def test_the_last_owner_stays(olga: User, tess: User, shop: Location, actor: As) -> None:
    with pytest.raises(LastOwner):
        actions.set_memberships(olga.pk, [("manager", None)], by=actor(olga))
    with pytest.raises(Denied):
        actions.suspend(olga.pk, by=actor(olga))
    assert owners().get() == olga
    second = make_staff("owner")
    actions.suspend(olga.pk, by=actor(second))
    assert owners().get() == second


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_remove_each_other() -> None:
    make_business()
    pair = [make_staff("owner", name="Olga"), make_staff("owner", name="Oscar")]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def suspend(by: User, person: User) -> None:
        acting = actor_of(by)
        start.wait()
        try:
            actions.suspend(person.pk, by=acting)
            outcomes.append("suspended")
        except LastOwner:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=suspend, args=[pair[i], pair[1 - i]]) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refused", "suspended"]
    assert owners().count() == 1


@contextmanager
def listening() -> Any:
    """Everything that other connections commit to the live channel meanwhile."""
    heard: list[str] = []
    own = connection.get_connection_params()
    with psycopg.connect(
        **{key: own[key] for key in ("dbname", "user", "password", "host", "port") if own.get(key)}, autocommit=True
    ) as other:
        other.execute(f"LISTEN {CHANNEL}")
        yield heard
        heard.extend(note.payload for note in other.notifies(timeout=1))


@pytest.mark.django_db(transaction=True)
def test_suspending_ends_sessions_and_live_pages_at_once(sign_in: ClientOf) -> None:
    make_business()
    olga, tess = make_staff("owner"), make_staff("technician")
    client = sign_in(tess)
    assert client.get(reverse("accounts:security")).status_code == 200
    assert UserSession.objects.filter(user=tess).count() == 1
    with listening() as heard:
        actions.suspend(tess.pk, by=actor_of(olga))
    assert f'{{"revoke": "user:{tess.pk}"}}' in heard
    assert client.get(reverse("accounts:security")).status_code == 302
    assert not UserSession.objects.filter(user=tess).exists()
    tess.refresh_from_db()
    assert tess.suspended_at is not None
    actions.reactivate(tess.pk, by=actor_of(olga))
    assert sign_in(tess).get(reverse("accounts:security")).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["logout", "password", "roles"])
def test_live_pages_close_when_their_leave_ends(sign_in: ClientOf, act: str) -> None:
    make_business()
    olga, tess = make_staff("owner"), make_staff("technician")
    client = sign_in(tess)
    with listening() as heard:
        if act == "logout":
            client.post(reverse("account_logout"))
        elif act == "password":
            new = {
                "oldpassword": "correct horse battery",
                "password1": "violet tram lantern",
                "password2": "violet tram lantern",
            }
            assert client.post(reverse("account_change_password"), new).status_code == 302
        else:
            actions.set_memberships(tess.pk, [("front_desk", None)], by=actor_of(olga))
    assert f'{{"revoke": "user:{tess.pk}"}}' in heard


@pytest.mark.django_db
def test_who_is_seen(
    shop: Location, manchester: Location, mona: User, tess: User, olga: User, eve: User, actor: As
) -> None:
    mark = make_staff("technician", at=manchester)
    assert set(staff_list(actor(olga))) == {olga, mona, tess, mark}
    assert set(staff_list(actor(mona))) == {olga, mona, tess}
    assert set(staff_list(actor(tess))) == set()
    assert set(staff_list(actor(eve))) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"), [("olga", 200), ("mona", 200), ("tess", 403), ("fred", 403), ("alice", 403), (None, 302)]
)
def test_who_opens_the_page(
    request: pytest.FixtureRequest, shop: Location, sign_in: ClientOf, who: str | None, status: int
) -> None:
    client = sign_in(request.getfixturevalue(who)) if who else Client()
    assert client.get(reverse("accounts:staff")).status_code == status


@pytest.mark.django_db
def test_the_pages_of_the_owner(olga: User, tess: User, shop: Location, confirmed: ClientOf) -> None:
    client = confirmed(olga)
    page = client.get(reverse("accounts:staff")).content.decode()
    assert "Technician, London Bridge" in page
    page = client.get(reverse("accounts:member", args=[tess.pk])).content.decode()
    assert f'name="technician" value="{shop.pk}"' in page
    client.post(reverse("accounts:member", args=[tess.pk]), {"front_desk": [str(shop.pk)]})
    assert tess.memberships.get().role.key == "front_desk"
    client.post(reverse("accounts:suspension", args=[tess.pk]))
    tess.refresh_from_db()
    assert not tess.is_active
    assert "Suspended" in client.get(reverse("accounts:staff")).content.decode()
    client.post(reverse("accounts:reactivation", args=[tess.pk]))
    tess.refresh_from_db()
    assert tess.is_active


@pytest.mark.django_db
def test_the_list_alone_is_what_the_page_shows(olga: User, tess: User, sign_in: ClientOf) -> None:
    client = sign_in(olga)
    part = client.get(reverse("accounts:staff_now")).content.decode()
    assert part.lstrip().startswith('<div class="stack stack-l" id="staff-now" data-live="')
    assert "tess@repairs.example" in part
    assert sign_in(tess).get(reverse("accounts:staff_now")).status_code == 403


@pytest.mark.django_db
def test_changing_access_asks_again_who_it_is(olga: User, tess: User, sign_in: ClientOf) -> None:
    client = sign_in(olga)
    for name in ("member", "suspension"):
        answer = client.post(reverse(f"accounts:{name}", args=[tess.pk]), {"owner": ["everywhere"]})
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    tess.refresh_from_db()
    assert tess.is_active
    assert Membership.objects.get(user=tess).role.key == "technician"


@pytest.mark.django_db
def test_the_list_asks_the_database_a_fixed_number_of_times(olga: User, shop: Location, sign_in: ClientOf) -> None:
    client = sign_in(olga)
    client.get(reverse("accounts:staff"))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("accounts:staff"))
        counts.append(len(asked))
        for _person in range(5):
            make_staff("technician", at=shop)
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_one_s_own_details(tess: User, sign_in: ClientOf) -> None:
    client = sign_in(tess)
    client.post(reverse("accounts:security"), {"full_name": " Tess Liddell ", "phone": "020 7946 0999"})
    tess.refresh_from_db()
    assert (tess.full_name, tess.phone) == ("Tess Liddell", "020 7946 0999")
    assert EventRecord.objects.get(name="user.profile_changed").payload["fields"] == ["full_name", "phone"]
    answer = client.post(reverse("accounts:security"), {"full_name": "", "phone": "<script>"})
    assert answer.status_code == 422
    tess.refresh_from_db()
    assert tess.full_name == "Tess Liddell"


@pytest.mark.django_db
def test_customers_change_their_details_in_their_profile_only(alice: User, sign_in: ClientOf) -> None:
    client, name = sign_in(alice), alice.full_name
    assert "full_name" not in client.get(reverse("accounts:security")).text
    client.post(reverse("accounts:security"), {"full_name": "Somebody Else", "phone": ""})
    alice.refresh_from_db()
    assert alice.full_name == name
