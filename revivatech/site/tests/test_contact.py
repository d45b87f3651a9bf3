"""A visitor writes; staff read, answer and close. What was written is kept before anything is promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.notifications.models import Message
from revivatech.platform.events.models import EventRecord
from revivatech.platform.limits import RateLimit
from revivatech.shop.models import Location
from revivatech.site.models import ContactMessage

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
WORDS = {
    "about": "question",
    "name": "Maya Okafor",
    "email": "maya@example.com",
    "phone": "",
    "text": "Do you fix drones?",
}


@pytest.fixture
def written(shop: Location, client: Client) -> ContactMessage:
    assert client.post("/contact/", WORDS).status_code == 302
    return ContactMessage.objects.get()


def test_a_message_is_kept_confirmed_and_told_to_the_shop(written: ContactMessage, client: Client) -> None:
    assert (written.name, written.text, written.state) == ("Maya Okafor", "Do you fix drones?", "open")
    assert written.code in client.get("/contact/").text
    mails = {mail.template: mail for mail in Message.objects.all()}
    assert {name: mail.to_address for name, mail in mails.items()} == {
        "contact_received": "maya@example.com",
        "contact_for_staff": "hello@repairs.example",
    }
    assert written.code in mails["contact_received"].subject
    assert written.text not in mails["contact_received"].text  # nobody sends words to strangers through us
    assert written.text in mails["contact_for_staff"].text
    event = EventRecord.objects.get(name="contact.received")
    assert event.payload == {"contact_id": written.pk, "about": "question"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"email": "nowhere"}, 422),
        ({"text": ""}, 422),
        ({"about": "spam"}, 422),
        ({"website": "https://x.example"}, 403),
    ],
)
def test_what_is_not_kept(shop: Location, client: Client, change: dict[str, str], status: int) -> None:
    assert client.post("/contact/", {**WORDS, **change}).status_code == status
    assert ContactMessage.objects.count() == 0
    assert Message.objects.count() == 0


def test_nobody_writes_without_end(shop: Location, client: Client) -> None:
    RateLimit.objects.all().delete()
    answers = [client.post("/contact/", WORDS).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert ContactMessage.objects.count() == 5


def test_staff_answer(written: ContactMessage, sign_in: SignIn, fred: User) -> None:
    desk = sign_in(fred)
    assert written.code in desk.get("/workbench/inbox/").text
    assert 'id="inbox"' in desk.get("/workbench/inbox/now/").text
    page = f"/workbench/inbox/{written.code}/"
    assert "Do you fix drones?" in desk.get(page).text
    assert desk.post(page, {"text": "Yes, the small ones."}).status_code == 302
    written.refresh_from_db()
    assert written.state == "answered"
    mail = Message.objects.get(template="contact_answer")
    assert (mail.to_address, "Yes, the small ones." in mail.text) == ("maya@example.com", True)
    assert written.code not in desk.get("/workbench/inbox/").text
    assert written.code in desk.get("/workbench/inbox/?state=all").text


def test_staff_close_and_open_again(written: ContactMessage, sign_in: SignIn, fred: User) -> None:
    desk, state = sign_in(fred), f"/workbench/inbox/{written.code}/state/"
    for wanted, status in (("closed", 302), ("closed", 409), ("open", 302), ("answered", 409)):
        assert desk.post(state, {"state": wanted}).status_code == status
    written.refresh_from_db()
    assert written.state == "open"


def test_only_who_may_send_answers(written: ContactMessage, sign_in: SignIn, tess: User, alice: User) -> None:
    page = f"/workbench/inbox/{written.code}/"
    assert sign_in(tess).get(page).status_code == 200
    assert sign_in(tess).post(page, {"text": "Yes."}).status_code == 403
    assert sign_in(tess).post(f"{page}state/", {"state": "closed"}).status_code == 403
    assert sign_in(alice).get(page).status_code == 403
    assert Client().get(page).status_code == 302
    written.refresh_from_db()
    assert (written.state, written.replies.count()) == ("open", 0)
