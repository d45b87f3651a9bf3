"""Staff hand out or erase the data of a customer without an account, who asked for it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.customers.models import Customer, CustomerNote
from revivatech.platform.actors import Actor
from revivatech.platform.events import chain
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound, SecondFactorRequired, SignInRequired
from revivatech.privacy import guests
from revivatech.privacy.models import Request
from revivatech.privacy.problems import ArchiveGone, GuestBusy, HasAccount
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.site import contact
from revivatech.site.models import ContactMessage
from revivatech.testing.confirming import confirm
from revivatech.testing.factories import make_repair
from revivatech.testing.jobs import run_jobs

from .test_own_data import VISITOR, tables_naming

pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]
NAME, EMAIL = "Zenobia Quillfeather", "zenobia@quillfeather.example"
WORDS = ("Zenobia", "Quillfeather", "79461234")


@pytest.fixture
def guest(shop: Location) -> Customer:
    made = Customer.objects.create(name=NAME, email=EMAIL, phone="+442079461234")
    repair = make_repair(status="cancelled")
    Repair.objects.filter(pk=repair.pk).update(customer=made)
    CustomerNote.objects.create(customer=made, body="Zenobia pays late", author_label="Olga")
    contact.write(about="question", name=NAME, email=EMAIL, phone="", text="It is Zenobia", by=VISITOR)
    return made


def test_a_guest_is_erased_from_every_table(guest: Customer, olga: User, sign_in: ClientOf) -> None:
    client, address = sign_in(olga), reverse("privacy:guest", args=[guest.pk])
    assert address in client.get(reverse("customers:show", args=[guest.pk])).text
    assert client.post(address, {"sure": "on"}).status_code == 302
    assert not Request.objects.exists()  # it asks first who it is
    confirm(client, olga)
    assert client.post(address, {}).status_code == 422
    assert not Request.objects.exists()
    assert client.post(address, {"sure": "on"})["Location"] == reverse("customers:show", args=[guest.pk])
    assert {"customers_customer", "site_contactmessage"} <= tables_naming(*WORDS).keys()
    run_jobs("default")
    assert tables_naming(*WORDS) == {}
    assert chain.verify().broken == []
    assert Repair.objects.filter(customer=guest).count() == 1
    assert not ContactMessage.objects.exists()
    names = EventRecord.objects.filter(subject_kind="customer", subject_id=guest.pk).order_by("pk")
    assert list(names.values_list("name", flat=True)) == ["customer.erasure_asked", "customer.erased"]
    olga.refresh_from_db()
    assert olga.is_active


def test_a_copy_of_a_guest_is_handed_out_and_written_down(guest: Customer, olga: User, sign_in: ClientOf) -> None:
    client = sign_in(olga)
    confirm(client, olga)
    client.post(reverse("privacy:guest_export", args=[guest.pk]))
    run_jobs("default")
    request = Request.objects.get()
    address = reverse("privacy:guest_archive", args=[guest.pk, request.pk])
    assert address in client.get(reverse("privacy:guest", args=[guest.pk])).text
    archive = zipfile.ZipFile(io.BytesIO(client.get(address).getvalue()))
    tables = json.loads(archive.read("data.json"))["tables"]
    assert tables["customers.Customer"][0]["name"] == NAME
    assert tables["customers.CustomerNote"][0]["body"] == "Zenobia pays late"
    assert tables["site.ContactMessage"][0]["text"] == "It is Zenobia"
    row = EventRecord.objects.get(name="user.data_exported")
    assert (row.actor_id, row.payload["what"], row.payload["chosen"]) == (
        olga.pk, "privacy.customer", {"customer": str(guest.pk)},
    )  # fmt: skip
    other = reverse("privacy:guest_archive", args=[guest.pk + 1, request.pk])
    assert client.get(other).status_code == 404


@pytest.mark.parametrize(("who", "problem"), [("fred", Denied), ("tess", Denied), ("alice", Denied), ("eve", Denied)])
def test_who_may_not(
    guest: Customer, who: str, problem: type[Exception], actor: As, request: pytest.FixtureRequest
) -> None:
    by = actor(request.getfixturevalue(who))
    for act in (guests.ask_export, guests.ask_erasure):
        with pytest.raises(problem):
            act(guest.pk, by=by)
    assert not Request.objects.exists()


def test_it_needs_the_second_factor(guest: Customer, olga: User, actor: As) -> None:
    for by, problem in ((replace(actor(olga), second_factor=False), SecondFactorRequired), (VISITOR, SignInRequired)):
        with pytest.raises(problem):
            guests.ask_erasure(guest.pk, by=by)
    assert not Request.objects.exists()


def test_who_is_not_erased_by_staff(guest: Customer, alice: User, olga: User, actor: As) -> None:
    by = actor(olga)
    for act in (guests.ask_export, guests.ask_erasure):
        with pytest.raises(HasAccount):
            act(alice.customer.pk, by=by)
        with pytest.raises(NotFound):
            act(10**9, by=by)
    Repair.objects.filter(customer=guest).update(status="diagnosis")
    with pytest.raises(GuestBusy):
        guests.ask_erasure(guest.pk, by=by)
    assert not Request.objects.exists()


def test_erasing_takes_the_copies_along(guest: Customer, olga: User, actor: As) -> None:
    copy = guests.ask_export(guest.pk, by=actor(olga))
    assert guests.ask_export(guest.pk, by=actor(olga)) == copy
    run_jobs("default")
    path = guests.archive_of(guest.pk, copy.pk, by=actor(olga)).path
    asked = guests.ask_erasure(guest.pk, by=actor(olga))
    assert guests.ask_erasure(guest.pk, by=actor(olga)) == asked
    run_jobs("default")
    assert not default_storage.exists(path)
    with pytest.raises(ArchiveGone):
        guests.archive_of(guest.pk, copy.pk, by=actor(olga))
