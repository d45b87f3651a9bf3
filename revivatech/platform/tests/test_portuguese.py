"""What each kind of reader meets in Portuguese: pages, messages, papers and formats, without a sentence left in English."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.customers.models import Customer
from revivatech.notifications.models import Message
from revivatech.platform import messages
from revivatech.platform.actors import visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.spoken import spoken
from revivatech.platform.web.helpers import money
from revivatech.repairs import actions
from revivatech.repairs.documents.kinds import render
from revivatech.repairs.models import Repair
from revivatech.shop.fields import PenceField
from revivatech.shop.models import Location
from revivatech.site import contact
from revivatech.testing.jobs import run_jobs
from revivatech.testing.paper import text_of
from revivatech.testing.world import World, make_world

PUBLIC = ("/", "/devices/", "/services/", "/services/screen/", "/prices/", "/how-it-works/", "/locations/", "/business/", "/warranty/",
          "/contact/", "/faq/", "/privacy/", "/cookies/", "/complaints/", "/accessibility/", "/book/", "/track/",
          "/accounts/login/", "/accounts/password/reset/", "/offline/", "/nowhere/")  # fmt: skip
PORTAL = ("/account/", "/account/profile/", "/account/security/", "/account/data/")
STAFF = ("/workbench/", "/workbench/board/", "/workbench/walk-in/", "/workbench/bookings/", "/workbench/customers/", "/workbench/services/",
         "/workbench/prices/", "/workbench/staff/", "/workbench/staff/roles/", "/workbench/settings/", "/workbench/texts/", "/workbench/face/",
         "/workbench/messages/", "/workbench/inbox/", "/workbench/shortcuts/", "/workbench/audit/")  # fmt: skip


@cache
def english() -> list[str]:
    """The sentences of the catalogue whose Portuguese is another one."""
    found = messages.catalogue_of(messages.files()[0])
    ids = [one.id for one in messages.sentences(found) if isinstance(one.id, str) and one.id != one.string]
    return [text for text in ids if len(text.split()) > 2 and len(text) > 15 and "%" not in text and "{" not in text]


def left_in_english(text: str) -> list[str]:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
    return [sentence for sentence in english() if sentence in words]


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location) -> World:
    User.objects.update(locale="pt")
    return make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)


def test_pages_say_nothing_in_english(world: World, alice: User, olga: User) -> None:
    repair = world.ours.repair
    walks = (
        (None, (*PUBLIC, f"/track/{repair.token}/", f"/bookings/{world.ours.booking.token}/")),
        (alice, (*PORTAL, f"/account/repairs/{repair.code}/")),
        (olga, (*STAFF, f"/workbench/repairs/{repair.code}/")),
    )
    assert len(english()) > 1_000
    assert len(left_in_english(Client().get("/faq/").text)) > 3, "the search must be able to find some"
    wrong: dict[str, object] = {}
    for reader, paths in walks:
        client = Client()
        if reader is not None:
            client.force_login(reader)
        for path in paths:
            answer = client.get(f"/pt{path}", follow=True)
            page = answer.text
            if answer.status_code != (404 if path == "/nowhere/" else 200) or '<html lang="pt" dir="ltr"' not in page:
                wrong[path] = answer.status_code
            elif found := left_in_english(page):
                wrong[path] = found
            elif re.search(
                r'(?:href|action|hx-get|data-live-src)="/(?:book|track|prices|account|workbench|devices)/', page
            ):
                wrong[path] = "leads out of the language"
    assert wrong == {}


def test_messages_are_in_the_customers_language(shop: Location, tess: User, olga: User, world: World) -> None:
    repair = Repair.objects.get(pk=world.ours.repair.pk)
    Customer.objects.filter(pk=repair.customer_id).update(locale="pt")
    with override("en-gb"):
        actions.check_in(repair.code, by=actor_of(olga))
        run_jobs()
    message = Message.objects.filter(about_kind="repair", about_id=repair.pk).latest("pk")
    assert f"/pt/track/{repair.token}/" in message.text
    assert 'lang="pt"' in message.html
    assert left_in_english(message.html) == []
    assert left_in_english(message.text) == []
    paper = text_of(render("receipt", Repair.objects.get(pk=repair.pk)))
    assert "Recibo" in paper
    assert left_in_english(paper) == []


def test_an_answer_goes_out_in_the_language_of_the_question(shop: Location, olga: User) -> None:
    with override("pt"):
        asked = contact.write(
            about="question", name="Ana", email="ana@example.com", phone="", text="Reparam drones?", by=visitor()
        )
    with override("en-gb"):
        contact.answer(asked.pk, "Sim.", by=actor_of(olga))
    subjects = [message.subject for message in Message.objects.filter(to_address="ana@example.com").order_by("pk")]
    with override("pt"):
        assert len(subjects) == 2
    assert all(asked.code in subject for subject in subjects)
    assert not any(subject.startswith(("We have", "Our answer")) for subject in subjects)


def test_staff_choose_a_customers_language(shop: Location, mona: User, client: Client, world: World) -> None:
    customer = world.ours.customer
    client.force_login(mona)
    address = f"/pt{reverse('customers:edit', args=[customer.pk])}"
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', client.get(address).text)
    assert seen is not None
    form = {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "preferred_contact": "email",
        "seen": seen[1],
        "language": "pt",
    }
    client.post(address, form)
    assert Customer.objects.get(pk=customer.pk).locale == "pt"
    assert EventRecord.objects.filter(name="customer.changed").latest("pk").payload["fields"] == ["locale"]


def test_formats_follow_the_language(db: None) -> None:
    with override("pt"):
        assert money(123450) == "1\xa0234,50\xa0£"
        assert spoken("Battery") == "Bateria"
        assert spoken("The owner's own") == "The owner's own"
        assert spoken("") == ""
        assert PenceField().prepare_value(123450) == "1234,50"
    with override("en-gb"):
        assert money(123450) == "£1,234.50"
        assert spoken("Battery") == "Battery"


@pytest.mark.parametrize(
    ("language", "typed", "pence"),
    [
        ("pt", "1234,5", 123450), ("pt", "1.234,50 €", 123450), ("pt", "1 234,50", 123450), ("pt", "1.234", 123400), ("pt", "12.50", 1250),
        ("en-gb", "£1,234.50", 123450), ("en-gb", "1,234", 123400), ("en-gb", "12,50", 1250), ("en-gb", "12.5", 1250),
    ],
)  # fmt: skip
def test_money_is_taken_as_people_write_it(language: str, typed: str, pence: int) -> None:
    with override(language):
        assert PenceField().clean(typed) == pence
