"""The rest of looking after people: finding them, correcting them, why they may, second factors lost, leaving."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse

from revivatech.accounts import actions, invitations, leaving
from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import Role, User
from revivatech.accounts.problems import LastOwner
from revivatech.accounts.queries import Wanted, allowed, owners, staff_found, staff_list
from revivatech.accounts.topics import staff_topic
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.realtime.announce import announce
from revivatech.platform.realtime.tokens import issue_token, topic_handle
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD, make_business, make_repair, make_staff
from revivatech.testing.live import running_hub

from .fixtures import confirmed, link_in, mail_on, post, smtp

__all__ = ["confirmed", "mail_on", "post", "smtp"]
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["Mark", "Mona", "Olga", "Tess"]),
        (Wanted(text="ONA"), ["Mona"]),
        (Wanted(text="tess@repairs"), ["Tess"]),
        (Wanted(role="technician"), ["Mark", "Tess"]),
        (Wanted(state="suspended"), ["Mark"]),
        (Wanted(state="active", role="technician"), ["Tess"]),
        (Wanted(state="no_second_factor"), []),
        (Wanted(state="removed"), []),
        (Wanted(text="nobody"), []),
    ],
)
def test_the_list_is_narrowed(
    shop: Location,
    manchester: Location,
    olga: User,
    mona: User,
    tess: User,
    wanted: Wanted,
    names: list[str],
    actor: As,
) -> None:
    mark = make_staff("technician", at=manchester, name="Mark", second_factor=False)
    actions.suspend(mark.pk, by=actor(olga))
    assert [str(person) for person in staff_found(actor(olga), wanted)] == names


@pytest.mark.django_db
def test_a_place_shows_who_works_there_or_everywhere(
    shop: Location, manchester: Location, olga: User, tess: User, actor: As
) -> None:
    mark = make_staff("technician", at=manchester, name="Mark")
    assert list(staff_found(actor(olga), Wanted(location=manchester.pk))) == [mark, olga]
    assert list(staff_found(actor(olga), Wanted(), after=mark.pk)) == [olga, tess]


@pytest.mark.django_db
def test_why_somebody_may(olga: User, mona: User, shop: Location, manchester: Location, actor: As) -> None:
    actions.set_memberships(mona.pk, [("manager", shop.pk), ("front_desk", None)], by=actor(olga))
    person = staff_list(actor(olga)).get(pk=mona.pk)
    why = {one.permission: one.because for one in allowed(person)}
    assert why["money.refund"] == [("Manager", "London Bridge")]
    assert why["money.take"] == [("Front desk", None), ("Manager", "London Bridge")]
    assert "shop.settings" not in why
    assert not any(one.waits_for_second_factor for one in allowed(person))
    Authenticator.objects.filter(user=mona).delete()
    waiting = {one.permission for one in allowed(person) if one.waits_for_second_factor}
    assert waiting == {"money.take", "money.refund", "exports.run", "prices.edit", "customers.privacy"}


@pytest.mark.django_db
def test_the_page_of_a_person(olga: User, tess: User, shop: Location, confirmed: ClientOf) -> None:
    client = confirmed(olga)
    page = client.get(reverse("accounts:member", args=[tess.pk])).text
    assert "Technician of London Bridge" in page
    wrong = client.post(reverse("accounts:member_profile", args=[tess.pk]), {"full_name": "", "phone": "x"})
    assert wrong.status_code == 422
    client.post(reverse("accounts:member_profile", args=[tess.pk]), {"full_name": "Tess Lid", "phone": "020 7946 0999"})
    tess.refresh_from_db()
    assert (tess.full_name, tess.phone, tess.email) == ("Tess Lid", "020 7946 0999", "tess@repairs.example")
    event = EventRecord.objects.get(name="user.profile_changed")
    assert (event.actor_id, event.subject_id, event.payload["fields"]) == (olga.pk, tess.pk, ["full_name", "phone"])


@pytest.mark.django_db
def test_a_lost_second_factor_is_reset(
    olga: User, tess: User, confirmed: ClientOf, sign_in: ClientOf, post: Callable[[], list[Any]]
) -> None:
    theirs = sign_in(tess)
    theirs.get("/workbench/")
    client, address = confirmed(olga), reverse("accounts:second_factor", args=[tess.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Authenticator.objects.filter(user=tess).exists()
    User.objects.filter(pk=tess.pk).update(locale="pt")  # the letter is in her language, not in that of who resets it
    client.post(address, {"reason": "Showed her passport"})
    assert not Authenticator.objects.filter(user=tess).exists()
    assert not UserSession.objects.filter(user=tess).exists()
    assert theirs.get(reverse("accounts:security")).status_code == 302
    assert EventRecord.objects.get(name="user.second_factor_reset").payload["reason"] == "Showed her passport"
    (to, subject, _text) = post()[0]
    assert (to, subject) == (tess.email, "O seu segundo fator foi reposto")
    assert client.post(address, {"reason": "Again"}).status_code == 422


@pytest.mark.django_db
def test_who_leaves_hands_over_their_work(
    olga: User, tess: User, mona: User, shop: Location, manchester: Location, actor: As, confirmed: ClientOf
) -> None:
    here, there = make_repair(location=shop, assigned_to=tess), make_repair(location=manchester, assigned_to=tess)
    done = make_repair(
        location=shop, assigned_to=tess, status="completed", outcome="repaired", completed_at=clock.now()
    )
    client, address = confirmed(olga), reverse("accounts:removal", args=[tess.pk])
    assert client.post(address, {"successor": str(mona.pk)}).status_code == 422
    assert client.post(address, {"successor": str(tess.pk), "reason": "x"}).status_code == 422
    client.post(address, {"successor": str(mona.pk), "reason": "Moved away"})
    for repair in (here, there, done):
        repair.refresh_from_db()
    assert (here.assigned_to, there.assigned_to, done.assigned_to) == (mona, None, tess)
    tess.refresh_from_db()
    assert (tess.is_active, tess.has_usable_password(), tess.memberships.exists()) == (False, False, False)
    assert tess.removed_at is not None
    event = EventRecord.objects.get(name="user.removed")
    assert event.payload["before"] == [["technician", shop.pk]]
    assert event.payload["successor_id"] == mona.pk
    assert EventRecord.objects.filter(name="repair.assigned", subject_id__in=[here.pk, there.pk]).count() == 2
    assert list(staff_found(actor(olga), Wanted(state="removed"))) == [tess]
    assert "No longer here" in client.get(reverse("accounts:staff") + "?state=removed").text
    with pytest.raises(NotFound):
        actions.reactivate(tess.pk, by=actor(olga))


@pytest.mark.django_db
def test_who_left_comes_back_by_invitation(olga: User, tess: User, shop: Location, actor: As, client: Client) -> None:
    leaving.remove(tess.pk, successor_id=None, reason="Moved", by=actor(olga))
    role = Role.objects.get(key="front_desk")
    invited = invitations.invite(email=tess.email, role_id=role.pk, location_id=shop.pk, by=actor(olga))
    assert client.post(reverse("account_login"), {"login": tess.email, "password": PASSWORD}).status_code == 200
    client.post(link_in(invited.link), {"full_name": "Tess", "password": "violet tram lantern"})
    back = User.objects.get(pk=tess.pk)
    assert (back.is_active, back.removed_at) == (True, None)
    assert back.check_password("violet tram lantern")
    assert back.memberships.get().role == role


LEAVING: dict[str, Callable[[User, Actor], object]] = {
    "remove": lambda person, by: leaving.remove(person.pk, successor_id=None, reason="x", by=by),
    "reset": lambda person, by: leaving.reset_second_factor(person.pk, reason="x", by=by),
    "edit": lambda person, by: actions.edit_person(person.pk, full_name="X", phone="", by=by),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", LEAVING)
@pytest.mark.parametrize("who", ["tess", "fred", "mona", "alice"])
def test_who_may_not(request: pytest.FixtureRequest, shop: Location, actor: As, verb: str, who: str) -> None:
    acting, person = request.getfixturevalue(who), make_staff("technician", at=shop, name="Tim")
    with pytest.raises(Denied):
        LEAVING[verb](person, actor(acting))
    person.refresh_from_db()
    assert (person.is_active, str(person), person.memberships.count()) == (True, "Tim", 1)
    assert Authenticator.objects.filter(user=person).exists()
    assert not EventRecord.objects.exists()


@pytest.mark.django_db
def test_not_oneself_and_no_customer(olga: User, alice: User, actor: As) -> None:
    make_staff("owner")
    for verb in ("remove", "reset"):
        with pytest.raises(Denied):
            LEAVING[verb](olga, actor(olga))
        with pytest.raises(NotFound):
            LEAVING[verb](alice, actor(olga))
    with pytest.raises(Invalid):
        leaving.remove(make_staff("technician").pk, successor_id=alice.pk, reason="x", by=actor(olga))
    assert not EventRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verbs", [("remove", "remove"), ("remove", "suspend"), ("demote", "remove")])
def test_two_owners_never_leave_the_shop_without_one(verbs: tuple[str, str]) -> None:
    make_business()
    pair = [make_staff("owner", name="Olga"), make_staff("owner", name="Oscar")]
    act: dict[str, Callable[[User, Actor], object]] = {
        **LEAVING,
        "suspend": lambda person, by: actions.suspend(person.pk, by=by),
        "demote": lambda person, by: actions.set_memberships(person.pk, [("manager", None)], by=by),
    }
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def run(verb: str, by: User, person: User) -> None:
        acting = actor_of(by)
        start.wait()
        try:
            act[verb](person, acting)
            outcomes.append("done")
        except LastOwner:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verbs[i], pair[i], pair[1 - i])) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "refused"]
    assert owners().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["suspend", "remove", "reset", "role", "everywhere"])
def test_open_sockets_end_at_once(how: str) -> None:
    """A real socket of a page of hers ends, cannot be opened again with the leave it had, and her page gives no new one."""
    make_business()
    olga, tess = make_staff("owner"), make_staff("manager")
    verbs: dict[str, Callable[[User, Actor], object]] = {
        **LEAVING,
        "suspend": lambda person, by: actions.suspend(person.pk, by=by),
        "role": lambda person, by: actions.set_memberships(person.pk, [("technician", None)], by=by),
        "everywhere": lambda person, by: elsewhere.post(reverse("usersessions_list")),
    }
    client, elsewhere, page = Client(), Client(), reverse("accounts:staff_now")
    client.force_login(tess)
    elsewhere.force_login(tess)
    for browser in (client, elsewhere):
        assert browser.get(page).status_code == 200
    leave = issue_token(staff_topic(), f"user:{tess.pk}")
    handle = topic_handle(staff_topic())
    with running_hub() as hub, hub.page() as hers, hub.page() as ours:
        hers.subscribe(staff_topic(), principal=f"user:{tess.pk}")
        ours.subscribe(staff_topic(), principal=f"user:{olga.pk}")
        verbs[how](tess, actor_of(olga))
        assert hers.hear() == {"expired": [handle]}
        if how != "everywhere":  # the list of staff shows nothing of it
            assert ours.hear() == {"changed": [handle]}
        assert hers.ends() == 4001
        with hub.page() as again:  # the page tries with the leave it was given before
            again.say({"subscribe": [leave]})
            assert again.sync() == {"expired": [handle]}
            announce(staff_topic())
            assert ours.hear() == {"changed": [handle]}
            assert again.sync() == {}
        assert client.get(page).status_code == (302 if how != "role" else 403)
