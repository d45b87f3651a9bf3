"""Inviting a list: all of it, or nothing and every mistake named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import Invitation, User
from revivatech.accounts.staff_import import BadRows, invite_many
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid
from revivatech.shop.models import Location

from .fixtures import confirmed

__all__ = ["confirmed"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]


def test_everybody_is_invited(olga: User, shop: Location, actor: As) -> None:
    content = "\ufeffE-mail;Role;Location;Language\r\nKim@Example.com;Technician;london bridge;Português\r\n;;;\r\nlou@example.com;front_desk;Everywhere;EN\r\n"
    links = invite_many(content.encode(), by=actor(olga))
    assert len({one.link for one in links}) == 2
    rows = Invitation.objects.order_by("email").values_list("email", "role__key", "location", "language")
    assert list(rows) == [
        ("kim@example.com", "technician", shop.pk, "pt"),
        ("lou@example.com", "front_desk", None, "en-gb"),
    ]
    event = EventRecord.objects.get(name="user.staff_imported")
    assert (event.subject_id, event.payload["rows"]) == (olga.pk, 2)


def test_every_mistake_is_named_and_nothing_done(olga: User, tess: User, shop: Location, actor: As) -> None:
    content = (
        "email,role,location\nkim@example.com,technician,everywhere\nno address,technician,everywhere\n"
        "lou@example.com,chef,everywhere\nmax@example.com,technician,Mars\n"
        "kim@example.com,technician,everywhere\ntess@repairs.example,technician,everywhere\nshort@example.com\n"
    )
    with pytest.raises(BadRows) as problem:
        invite_many(content.encode(), by=actor(olga))
    assert problem.value.rows == [
        (3, "“no address” is not an e-mail address."),
        (4, "There is no role “chef”."),
        (5, "There is no location “Mars”."),
        (6, "kim@example.com is in line 2 too."),
        (7, "tess@repairs.example already works here."),
        (8, "There is no role “”."),
    ]
    with pytest.raises(BadRows) as unknown:
        invite_many(b"email,role,location,language\nkim@example.com,technician,everywhere,tlh\n", by=actor(olga))
    assert unknown.value.rows == [(2, "There is no language “tlh” here.")]
    assert not Invitation.objects.exists()
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"name,role\n", b"email,role,location\n", b"email,role,location\n\n ,,\n", b"email,role,location\n\x00",
     b"email,role,location\n" + b"a@example.com,x,y\n" * 201, b"x" * 100_001],
)  # fmt: skip
def test_what_is_no_list(olga: User, shop: Location, actor: As, content: bytes) -> None:
    with pytest.raises(Invalid):
        invite_many(content, by=actor(olga))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["tess", "mona", "alice"])
def test_who_may_not(request: pytest.FixtureRequest, shop: Location, actor: As, who: str) -> None:
    with pytest.raises(Denied):
        invite_many(b"email,role,location\nkim@example.com,owner,everywhere\n", by=actor(request.getfixturevalue(who)))
    assert not Invitation.objects.exists()


def test_the_page(olga: User, shop: Location, confirmed: Callable[[User], Client]) -> None:
    client, address = confirmed(olga), reverse("accounts:invite_list")
    assert "London Bridge" in client.get(address).text

    def send(text: str) -> str:
        return client.post(address, {"file": SimpleUploadedFile("staff.csv", text.encode())}, follow=True).text

    assert "There is no role “chef”." in send("email,role,location\nkim@example.com,chef,everywhere\n")
    assert "names nobody" in send("email,role,location\n")
    page = send("email,role,location\nkim@example.com,manager,everywhere\nlou@example.com,manager,everywhere\n")
    assert page.count("/join/") == 2
    assert "/join/" not in client.get(reverse("accounts:staff")).text
