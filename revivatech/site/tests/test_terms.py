"""The terms of repair in both languages: written, read, accepted and signed, each yes with the words that were read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.booking.actions import confirm
from revivatech.customers.models import Consent
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.repairs.intake import actions
from revivatech.repairs.intake.signing import Signature
from revivatech.shop.models import Business, Location
from revivatech.shop.terms import all_terms, terms_in
from revivatech.testing.booking import make_request, make_service, next_opening
from revivatech.testing.factories import make_customer, make_device, make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
STROKES = json.dumps([[[10, 10], [200, 250], [400, 20]]])
TERMS = "/workbench/settings/terms/"


@pytest.fixture
def written(shop: Location) -> None:
    Business.objects.update(terms="Be kind.", terms_in={"pt": "Com cuidado."}, terms_version=3)


def test_the_owner_writes_them_in_each_language_and_a_change_of_any_is_a_new_version(
    shop: Location, olga: User, sign_in: SignIn
) -> None:
    owner = sign_in(olga)
    versions = []
    for words in (("One.", ""), ("One.", "Um."), ("One.", "Um."), ("One.", "Dois."), ("Two.", "Dois.")):
        assert owner.post(TERMS, {"terms": words[0], "terms_pt": words[1]}).status_code == 302
        versions.append(Business.objects.get().terms_version)
    assert versions == [1, 2, 2, 3, 4]
    assert 'name="terms_pt"' in owner.get(TERMS).text
    event = EventRecord.objects.filter(payload__part="terms").order_by("-pk")[1]
    assert (event.payload["before"], event.payload["after"]) == ({"terms_in": {"pt": "Um."}}, {"terms_in": {"pt": "Dois."}})  # fmt: skip
    assert ("Dois." in Client().get("/pt/terms/").text, "Two." in Client().get("/terms/").text) == (True, True)


def test_who_has_no_words_in_their_language_reads_the_first_ones(shop: Location) -> None:
    Business.objects.update(terms="", terms_in={"pt": "Com cuidado.", "fr": "Avec soin."})
    found = Business.objects.get()
    assert [(one.language, one.wording) for one in all_terms(found)] == [("pt", "Com cuidado.")]
    assert terms_in(found, "en-gb") == all_terms(found)[0]
    assert 'lang="pt">Com cuidado.' in Client().get("/terms/").text
    Business.objects.update(terms_in={})
    assert Client().get("/terms/").status_code == 404


@pytest.mark.parametrize(
    ("locale", "language", "read"),
    [("en-gb", "", "Be kind."), ("pt", "", "Com cuidado."), ("en-gb", "pt", "Com cuidado.")],
)
def test_a_booking_binds_the_language_that_was_read(
    written: None, shop: Location, locale: str, language: str, read: str
) -> None:
    make_service("screen")
    asked = make_request(shop, next_opening(shop), terms_version=3, locale=locale, terms_language=language)
    confirm(asked, idempotency_key="k", by=visitor())
    consent = Consent.objects.get(topic="terms")
    assert (consent.version, consent.language, consent.wording) == (3, language or locale, read)


def test_a_signature_binds_version_and_language_and_refuses_words_that_changed(
    written: None, shop: Location, fred: User, actor: As, sign_in: SignIn
) -> None:
    customer = make_customer(locale="pt")
    repair = make_repair(location=shop, customer=customer, device=make_device(customer, described="Nokia 3310"), status="initial_assessment")  # fmt: skip
    page = sign_in(fred).get(f"/workbench/repairs/{repair.code}/intake/").text
    assert '<input type="radio" name="terms_language" value="pt" checked>' in page, "the customer's own"
    assert ('lang="pt">Com cuidado.' in page, 'lang="en-gb">Be kind.' in page) == (True, True)
    given = Signature(name="Grace", strokes=STROKES, version=2, language="pt")
    with pytest.raises(Invalid):
        actions.sign_terms(repair.code, given, by=actor(fred))
    assert not Consent.objects.exists()
    row = actions.sign_terms(repair.code, Signature(name="Grace", strokes=STROKES, version=3, language="pt"), by=actor(fred))  # fmt: skip
    assert (row.version, row.language, row.wording) == (3, "pt", "Com cuidado.")
    assert EventRecord.objects.get(name="repair.terms_signed").payload["language"] == "pt"
    assert Consent.objects.get().language == "pt"


def test_programs_get_the_terms_in_the_language_they_ask_for(written: None) -> None:
    answer = Client(headers={"accept-language": "pt"}).get("/api/v1/shop").json()
    assert (answer["terms"], answer["terms_language"]) == ("Com cuidado.", "pt")
