"""Staff are invited, join, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from revivatech.accounts import invitations
from revivatech.accounts.models import Invitation, Membership, Role, User
from revivatech.accounts.problems import AlreadyStaff
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound, SecondFactorRequired
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD, make_staff, make_user

from .fixtures import confirmed, link_in, mail_on, post, smtp

__all__ = ["confirmed", "mail_on", "post", "smtp"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
NINA = {"full_name": "Nina New", "password": "violet tram lantern"}


@pytest.fixture
def invite(shop: Location, olga: User, actor: As) -> Callable[..., invitations.Invited]:
    def call(
        email: str = "nina@repairs.example", role: str = "technician", by: User | None = None
    ) -> invitations.Invited:
        key = Role.objects.get(key=role).pk
        return invitations.invite(email=email, role_id=key, location_id=shop.pk, by=actor(by or olga))

    return call


def path_of(invited: invitations.Invited) -> str:
    return urlsplit(invited.link).path


def test_without_mail_the_link_is_shown_once(confirmed: Callable[[User], Client], olga: User, shop: Location) -> None:
    client = confirmed(olga)
    form = {"email": "Nina@Repairs.example", "role": Role.objects.get(key="technician").pk, "location": shop.pk}
    page = client.post(reverse("accounts:invite"), form, follow=True).content.decode()
    assert "/join/" in page
    assert 'data-copy="#new-link-1"' in page
    assert "/join/" not in client.get(reverse("accounts:staff")).content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.location, invitation.invited_by) == ("nina@repairs.example", shop, olga)


def test_with_mail_it_is_sent(
    confirmed: Callable[[User], Client], olga: User, shop: Location, post: Callable[[], Any]
) -> None:
    form = {"email": "nina@repairs.example", "role": Role.objects.get(key="technician").pk, "location": shop.pk}
    page = confirmed(olga).post(reverse("accounts:invite"), form, follow=True).content.decode()
    assert "/join/" not in page
    [(address, subject, text)] = post()
    assert (address, subject) == ("nina@repairs.example", "Join the team of London Repairs")
    assert "Olga invites you to work at London Repairs as Technician, London Bridge." in text
    assert Client().get(link_in(text)).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "theirs", "page", "written"),
    [("pt", "", "en-gb", "pt"), ("", "pt", "en-gb", "pt"), ("en-gb", "pt", "pt", "en-gb"), ("", "", "pt", "pt")],
)
def test_it_is_written_in_the_language_chosen_or_their_own(
    chosen: str, theirs: str, page: str, written: str, olga: User, shop: Location, actor: As, post: Callable[[], Any]
) -> None:
    if theirs:
        make_user("nina@repairs.example", locale=theirs)
    role = Role.objects.get(key="technician").pk
    with translation.override(page):
        asked: dict[str, Any] = {
            "email": "nina@repairs.example",
            "role_id": role,
            "location_id": shop.pk,
            "language": chosen,
        }
        invited = invitations.invite(**asked, by=actor(olga))
    with translation.override("en-gb"):
        again = invitations.renew(invited.invitation.pk, by=actor(olga))
    for one in (invited, again):
        assert path_of(one).startswith("/pt/") is (written == "pt")
    texts = [text for _to, _subject, text in post()]
    assert [("Técnico" in text, "as Technician" in text) for text in texts] == [(written == "pt", written != "pt")] * 2


def test_who_joins_reads_the_language_they_joined_in(
    invite: Callable[..., invitations.Invited], client: Client
) -> None:
    client.post("/pt" + path_of(invite()), NINA)
    assert User.objects.get(email="nina@repairs.example").locale == "pt"


def test_a_new_person_joins(invite: Callable[..., invitations.Invited], client: Client, shop: Location) -> None:
    invited = invite()
    answer = client.post(path_of(invited), NINA)
    assert answer["Location"] == reverse("mfa_index")
    nina = User.objects.get(email="nina@repairs.example")
    assert int(client.session["_auth_user_id"]) == nina.pk
    assert [(m.role.key, m.location) for m in nina.memberships.all()] == [("technician", shop)]
    names = EventRecord.objects.order_by("id").values_list("name", flat=True)
    assert list(names) == [
        "invitation.sent", "invitation.accepted", "user.membership_changed", "user.signed_in",
    ]  # fmt: skip
    assert Client().post(path_of(invited), NINA).status_code == 410


def test_somebody_with_an_account_joins_with_it(invite: Callable[..., invitations.Invited], client: Client) -> None:
    carol = make_user("carol@example.com")
    path = path_of(invite("carol@example.com"))
    answer = client.get(path)
    assert answer["Location"] == f"{reverse('account_login')}?next={path.replace('/', '%2F')}"
    answer = client.post(reverse("account_login"), {"login": carol.email, "password": PASSWORD, "next": path})
    assert answer["Location"] == path
    client.post(path)
    assert carol.memberships.get().role.key == "technician"


def test_nobody_else_joins_with_it(
    invite: Callable[..., invitations.Invited], sign_in: Callable[[User], Client], eve: User
) -> None:
    make_user("carol@example.com")
    for email in ("carol@example.com", "nina@repairs.example"):
        answer = sign_in(eve).post(path_of(invite(email)), NINA)
        assert answer.status_code == 409
        assert "This invitation is for somebody else" in answer.content.decode()
    assert not Membership.objects.filter(user=eve).exists()
    assert not User.objects.filter(email="nina@repairs.example").exists()


@pytest.mark.parametrize("way", ["expired", "withdrawn", "renewed", "invited again", "unknown"])
def test_links_that_no_longer_work(invite: Callable[..., invitations.Invited], olga: User, actor: As, way: str) -> None:
    invited = invite()
    path, at = path_of(invited), clock.now()
    match way:
        case "expired":
            at += timedelta(days=7, seconds=1)
        case "withdrawn":
            invitations.withdraw(invited.invitation.pk, by=actor(olga))
        case "renewed":
            invitations.renew(invited.invitation.pk, by=actor(olga))
        case "invited again":
            invite()
        case "unknown":
            path = "/join/nobody-made-this/"
    with clock.frozen(at):
        answer = Client().post(path, NINA)
    assert answer.status_code == 410
    assert "This invitation no longer works" in answer.content.decode()
    assert not User.objects.filter(email="nina@repairs.example").exists()


def test_a_renewed_link_works(
    invite: Callable[..., invitations.Invited], olga: User, actor: As, client: Client
) -> None:
    invited = invite()
    with clock.frozen(clock.now() + timedelta(days=8)):
        renewed = invitations.renew(invited.invitation.pk, by=actor(olga))
        assert client.post(path_of(renewed), NINA).status_code == 302
    assert User.objects.filter(email="nina@repairs.example").exists()


def test_staff_are_not_invited_again(invite: Callable[..., invitations.Invited], tess: User) -> None:
    with pytest.raises(AlreadyStaff):
        invite("TESS@repairs.example")


@pytest.mark.parametrize(("who", "problem"), [("tess", Denied), ("fred", Denied), ("mona", Denied), ("eve", Denied)])
def test_who_may_not_invite(
    request: pytest.FixtureRequest, invite: Callable[..., invitations.Invited], who: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        invite(by=request.getfixturevalue(who))
    assert not Invitation.objects.exists()


def test_without_a_second_factor_nobody_invites(invite: Callable[..., invitations.Invited]) -> None:
    with pytest.raises(SecondFactorRequired):
        invite(by=make_staff("owner", second_factor=False))
    assert not Invitation.objects.exists()


def test_a_local_manager_of_staff_gives_nothing_beyond_their_own(
    invite: Callable[..., invitations.Invited], shop: Location, manchester: Location, actor: As
) -> None:
    Role.objects.create(key="lead", name="Team lead", permissions=["staff.view", "staff.manage", "repairs.view"])
    Role.objects.create(key="viewer", name="Viewer", permissions=["repairs.view"])
    lead = make_staff("lead", at=shop)
    for role in ("owner", "technician"):
        with pytest.raises(Denied):
            invite(role=role, by=lead)
    viewer = Role.objects.get(key="viewer")
    for elsewhere in (manchester.pk, None):
        with pytest.raises(Denied):
            invitations.invite(email="nina@repairs.example", role_id=viewer.pk, location_id=elsewhere, by=actor(lead))
    assert not Invitation.objects.exists()
    assert invite(role="viewer", by=lead).invitation.location == shop


def test_invitations_elsewhere_are_not_found(
    olga: User, shop: Location, manchester: Location, invite: Callable[..., invitations.Invited], actor: As
) -> None:
    Role.objects.create(key="lead", name="Team lead", permissions=["staff.view", "staff.manage"])
    invited = invite()
    lead = actor(make_staff("lead", at=manchester))
    with pytest.raises(NotFound):
        invitations.withdraw(invited.invitation.pk, by=lead)
    invited.invitation.refresh_from_db()
    assert invited.invitation.revoked_at is None
