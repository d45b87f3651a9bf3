"""Taking one's data away, and being erased: afterwards no table of the database knows the person."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from revivatech.accounts import audit
from revivatech.accounts.models import User
from revivatech.customers.models import Customer, CustomerDevice, CustomerNote
from revivatech.integrations.models import Delivery, Webhook
from revivatech.notifications.models import Attempt, Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events import chain
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.files.models import Blob, StoredFile
from revivatech.platform.idempotency import IdempotencyKey
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import sentence
from revivatech.privacy import actions
from revivatech.privacy.belongings import belongings
from revivatech.privacy.erasing import erase
from revivatech.privacy.models import Request
from revivatech.privacy.problems import ArchiveGone, StaffStay, StillBusy
from revivatech.quotes.models import Quote, QuoteLine
from revivatech.repairs import actions as repairs
from revivatech.repairs.intake.models import TermsSignature
from revivatech.repairs.models import Repair
from revivatech.repairs.warranty.events import ReturnedUnderWarranty
from revivatech.shop.models import Location
from revivatech.site import contact
from revivatech.site.models import ContactMessage, ContactReply
from revivatech.testing.confirming import confirm
from revivatech.testing.factories import PASSWORD
from revivatech.testing.jobs import run_jobs
from revivatech.testing.world import World, make_world

pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]
VISITOR = Actor("visitor", label="Visitor")
NAME, EMAIL = "Zenobia Quillfeather", "zenobia@quillfeather.example"
WORDS = ("Zenobia", "Quillfeather", "79461234", "7946 1234", "SERIAL77")


@pytest.fixture
def world(alice: User, bob: User, olga: User, tess: User, shop: Location, manchester: Location, actor: As) -> World:
    """Alice under a name nobody else has, who left traces wherever a person can."""
    User.objects.filter(pk=alice.pk).update(full_name=NAME, email=EMAIL, phone="020 7946 1234")
    EmailAddress.objects.filter(user=alice).update(email=EMAIL)
    type(alice.customer).objects.filter(pk=alice.customer.pk).update(
        name=NAME, email=EMAIL, phone="+442079461234", company="Quillfeather Ltd"
    )
    alice.refresh_from_db()
    alice.customer.refresh_from_db()
    made = make_world(alice=alice, bob=bob, olga=olga, tess=tess, london=shop, manchester=manchester)
    Client().post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    audit.sign_in_failed(EMAIL, step="password", device="Firefox")
    code = made.ours.repair.code
    repairs.add_note(
        code, body="Zenobia rang from 020 7946 1234, ask for Ms QUILLFEATHER", for_customer=True, by=actor(olga)
    )
    CustomerNote.objects.create(customer=alice.customer, body="Pays late", flagged=True, author_label="Olga")
    CustomerDevice.objects.filter(customer=alice.customer).update(serial="SERIAL77")
    type(made.ours.booking).objects.filter(pk=made.ours.booking.pk).update(address={"line1": "1 Quillfeather Row"})
    TermsSignature.objects.create(
        repair=made.ours.repair, version=1, wording="Terms", name=NAME, how="drawn", strokes=[[[1, 2], [3, 4]]]
    )
    letter = contact.write(about="question", name=NAME, email=EMAIL.title(), phone="", text="It is Zenobia", by=VISITOR)
    contact.answer(letter.pk, "Dear Ms Quillfeather", by=actor(olga))
    add_picture(made.ours.repair)
    SocialAccount.objects.create(user=alice, provider="google", uid="quillfeather-77", extra_data={"email": EMAIL})
    told = EventRecord.objects.filter(subject_kind="repair", subject_id=made.ours.repair.pk).latest("pk")
    webhook = Webhook.objects.create(
        url="https://example.com/hook", events=["repair.note_added"], secret="sealed", created_by=olga
    )
    Delivery.objects.create(webhook=webhook, event=told, name=told.name, body='{"customer": "Zenobia"}')
    return made


def add_picture(repair: Repair) -> str:
    path: str = default_storage.save("2026-11/zenobia-test.webp", ContentFile(b"picture"))
    file = StoredFile.objects.create(
        kind="image", name="Zenobia.jpg", content_type="image/webp", sha256="0" * 64, bytes=7, width=1, height=1,
        about_kind="repair", about_id=repair.pk, uploaded_by_kind="customer", uploaded_by_label=NAME, for_customer=True,
    )  # fmt: skip
    Blob.objects.create(file=file, size="full", content_type="image/webp", path=path, sha256="0" * 64, bytes=7)
    return path


def tell_colleague(who: User, repair: Repair) -> Message:
    """A letter to somebody who works here about a repair, which their mail server refused."""
    message = Message.objects.create(
        template="staff_claim", about_kind="repair", about_id=repair.pk, to_staff=True, to_address=who.email.title(),
        to_name=who.full_name, text=f"Claimed, {who.full_name}", status=Message.Status.FAILED,
    )  # fmt: skip
    Attempt.objects.create(message=message, accepted=False, answer=f"550 5.1.1 <{who.email}> user unknown")
    return message


def close_everything(user: User) -> None:
    """As if every repair and booking of theirs were over."""
    Repair.objects.filter(customer=user.customer).update(status="cancelled")
    user.customer.bookings.update(status="cancelled")


def tables_naming(*words: str) -> dict[str, list[str]]:
    """Every table of the database with a row that has one of the words anywhere."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT t::text FROM "{table}" t WHERE t::text ILIKE ANY(%s)', [[f"%{word}%" for word in words]]
            )
            if rows := [row for (row,) in cursor.fetchall()]:
                found[table] = rows
    return found


def test_no_table_knows_who_was_erased(
    world: World, alice: User, bob: User, olga: User, actor: As, sign_in: ClientOf
) -> None:
    client = sign_in(alice)
    client.get(reverse("accounts:security"))
    assert {"accounts_user", "customers_customer", "platform_eventrecord", "repairs_note"} <= tables_naming(
        *WORDS
    ).keys()
    blob = Blob.objects.get(path__contains="zenobia-test").path
    theirs = str(bob.customer.name), bob.email, world.theirs.repair.code
    repair = Repair.objects.get(pk=world.ours.repair.pk)
    close_everything(alice)
    tell_colleague(alice, world.theirs.repair)  # she worked here once
    hers = tell_colleague(olga, world.theirs.repair)
    actions.ask_erasure(by=actor(alice))
    run_jobs("default")
    assert list(Message.objects.filter(to_staff=True)) == [hers]
    assert tables_naming(*WORDS) == {}
    assert not default_storage.exists(blob)
    assert chain.verify().broken == []
    # What tax law asks for is still there, and other people are untouched.
    kept = Repair.objects.get(pk=repair.pk)
    assert (kept.code, kept.services, kept.price) == (repair.code, repair.services, repair.price)
    kept.customer.refresh_from_db()
    assert (kept.customer.name, kept.customer.email) == (
        f"Erased customer {kept.customer_id}", f"erased-{kept.customer_id}@erased.invalid",
    )  # fmt: skip
    bob.refresh_from_db()
    assert (str(bob.customer.name), bob.email, world.theirs.repair.code) == theirs
    alice.refresh_from_db()
    assert (alice.is_active, alice.has_usable_password(), EmailAddress.objects.filter(user=alice).exists()) == (
        False,
        False,
        False,
    )
    assert client.get(reverse("accounts:security")).status_code == 302
    assert EventRecord.objects.filter(name="user.erased", subject_id=alice.pk).count() == 1


def test_letters_of_an_address_nobody_proved_stay(world: World, alice: User, bob: User, actor: As) -> None:
    """Alice types Bob's address into her own profile."""
    theirs = contact.write(about="question", name="Bob", email=bob.email, phone="", text="Hello", by=VISITOR)
    type(alice.customer).objects.filter(pk=alice.customer.pk).update(email=bob.email)
    mine = ContactMessage.objects.get(email__iexact=EMAIL)
    others = set(ContactMessage.objects.exclude(pk=mine.pk).values_list("pk", flat=True))
    assert belongings(alice)[ContactMessage] == {mine.pk}
    close_everything(alice)
    actions.carry_out_erasure(actions.ask_erasure(by=actor(alice)).pk)
    assert theirs.pk in others
    assert set(ContactMessage.objects.values_list("pk", flat=True)) == others
    assert not ContactReply.objects.exists()


def test_answers_and_jobs_go_by_what_was_proved(world: World, alice: User, bob: User) -> None:
    """Whoever typed another person's address into their own profile erases nothing of that person's."""
    Customer.objects.filter(pk=alice.customer.pk).update(email=bob.email)  # typed, and never proved
    EmailAddress.objects.create(user=alice, email="also@bob.example", verified=False)
    code = world.ours.repair.code
    kept = {
        "his": {"email": bob.email, "name": "Bob"}, "typed": {"email": "also@bob.example"},
        "longer": {"email": f"not.{EMAIL}"}, "other": {"email": f"{EMAIL}.au"},
    }  # fmt: skip
    theirs = {"address": {"to": EMAIL.upper(), "name": NAME}, "code": {"code": code, "name": NAME, "email": bob.email}}
    for key, result in {**kept, **theirs}.items():
        IdempotencyKey.objects.create(scope="test", key=key, result=result, created=clock.now())
    with connection.cursor() as cursor:
        for address in (bob.email, f"not.{EMAIL}", EMAIL):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority) VALUES ('test', 'send', %s, 0)",
                [json.dumps({"to": address})],
            )
    letter = tell_colleague(bob, world.theirs.repair)
    Message.objects.filter(pk=letter.pk).update(to_address="also@bob.example")
    erase(alice)
    assert Message.objects.filter(pk=letter.pk).exists()
    after: dict[str, Any] = dict(IdempotencyKey.objects.filter(scope="test").values_list("key", "result"))
    assert {key: after[key] for key in kept} == kept
    assert after["address"] == {"to": "erased", "name": "erased"}
    assert (after["code"]["code"], after["code"]["name"]) == (code, "erased")
    jobs = ProcrastinateJob.objects.filter(queue_name="test").order_by("id").values_list("args", flat=True)
    assert list(jobs) == [{"to": bob.email}, {"to": f"not.{EMAIL}"}]


def test_erasing_twice_is_erasing_once(world: World, alice: User, actor: As) -> None:
    close_everything(alice)
    request = actions.ask_erasure(by=actor(alice))
    assert actions.ask_erasure(by=actor(alice)) == request
    actions.carry_out_erasure(request.pk)
    actions.carry_out_erasure(request.pk)
    assert EventRecord.objects.filter(name="user.erased").count() == 1


def test_who_cannot_be_erased_yet(world: World, alice: User, tess: User, actor: As) -> None:
    with pytest.raises(StillBusy):
        actions.ask_erasure(by=actor(alice))
    with pytest.raises(StaffStay):
        actions.ask_erasure(by=actor(tess))
    assert not Request.objects.exists()
    assert "Zenobia" in User.objects.get(pk=alice.pk).full_name


def test_a_repair_opened_meanwhile_holds_the_erasure_up(world: World, alice: User, actor: As) -> None:
    close_everything(alice)
    request = actions.ask_erasure(by=actor(alice))
    Repair.objects.filter(pk=world.ours.repair.pk).update(status="diagnosis")
    with pytest.raises(StillBusy):
        actions.carry_out_erasure(request.pk)
    assert User.objects.get(pk=alice.pk).email == EMAIL


def test_the_pages_of_erasure_ask_who_it_is(world: World, alice: User, sign_in: ClientOf) -> None:
    client, address = sign_in(alice), reverse("privacy:erasure")
    assert "still open" in client.get(address).text
    close_everything(alice)
    assert client.post(address, {"sure": "on"})["Location"].startswith(reverse("account_reauthenticate"))
    confirm(client, alice)
    assert client.post(address, {}).status_code == 422
    assert not Request.objects.exists()
    assert client.post(address, {"sure": "on"})["Location"] == reverse("privacy:goodbye")
    assert "_auth_user_id" not in client.session
    assert Request.objects.get().kind == "erasure"


def test_a_copy_has_everything_and_no_secret(
    world: World, alice: User, bob: User, olga: User, sign_in: ClientOf, actor: As
) -> None:
    client = sign_in(alice)
    assert client.post(reverse("privacy:export")).status_code == 302
    assert not Request.objects.exists()
    confirm(client, alice)
    tell_colleague(olga, world.ours.repair)
    QuoteLine.objects.update(label=sentence("%(what)s: labour", what="Screen"))
    label = sentence("%(service)s, %(quality)s part", service="Battery", quality="original")
    record(ReturnedUnderWarranty(repair_id=world.ours.repair.pk, return_code="R", lines=[label]), by=actor(olga))
    repairs.add_note(world.ours.repair.code, body=label, for_customer=True, by=actor(olga))
    client.post(reverse("privacy:export"))
    run_jobs("default")
    request = Request.objects.get()
    page = client.get(reverse("privacy:data")).text
    assert reverse("privacy:archive", args=[request.pk]) in page
    answer = client.get(reverse("privacy:archive", args=[request.pk]))
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    names = archive.namelist()
    assert names[:2] == ["data.json", "index.html"]
    assert archive.read(names[2]) == b"picture"
    text = archive.read("data.json").decode()
    data: dict[str, Any] = json.loads(text)
    assert data["tables"]["customers.Customer"][0]["name"] == NAME
    assert [row["code"] for row in data["tables"]["booking.Booking"]] == [world.ours.booking.code]
    assert {"repairs.Repair", "repairs.Note", "quotes.Quote", "notifications.Message"} <= data["tables"].keys()
    assert any(row["what"] == "user.signed_in" for row in data["log"])
    assert "Pays late" in {row["body"] for row in data["tables"]["customers.CustomerNote"]}
    assert data["tables"]["site.ContactMessage"][0]["text"] == "It is Zenobia"
    assert data["tables"]["site.ContactReply"][0]["text"] == "Dear Ms Quillfeather"
    assert {"contact.received", "contact.answered"} <= {row["what"] for row in data["log"]}
    assert bob.email not in text
    assert olga.email not in text.lower()
    assert "notifications.Attempt" not in data["tables"]
    assert {row["label"] for row in data["tables"]["quotes.QuoteLine"]} == {"Screen: labour"}
    assert ["Battery, original part"] in [row["details"].get("lines") for row in data["log"]]
    assert label in [row["body"] for row in data["tables"]["repairs.Note"]]  # somebody's own words stay as they are
    for secret in (alice.password, world.ours.booking.token, world.ours.repair.token, Quote.objects.get().token):
        assert secret not in text
    assert NAME in archive.read("index.html").decode()


def test_a_copy_is_one_s_own_and_goes(world: World, alice: User, bob: User, olga: User, actor: As) -> None:
    request = actions.ask_export(by=actor(alice))
    assert actions.ask_export(by=actor(alice)) == request
    run_jobs("default")
    for other in (bob, olga):
        with pytest.raises(NotFound):
            actions.archive_of(request.pk, by=actor(other))
    path = actions.archive_of(request.pk, by=actor(alice)).path
    assert default_storage.exists(path)
    Request.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(ArchiveGone):
        actions.archive_of(request.pk, by=actor(alice))
    assert actions.forget_archives() == 1
    assert not default_storage.exists(path)
