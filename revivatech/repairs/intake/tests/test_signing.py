"""A signature is a drawing with its terms, name and witness, or none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.customers.models import Consent
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.repairs import timeline
from revivatech.repairs.intake import actions, queries
from revivatech.repairs.intake.signing import Signature, read_strokes
from revivatech.shop.models import Business, Location

from .fixtures import STROKES, nothing_stored, phone, with_terms

__all__ = ["with_terms"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    "text",
    [
        "no json", "{}", '"data:image/png;base64,AAAA"', "[1]", "[[]]", "[[[1]]]", "[[[1, 2, 3]]]", "[[[1.5, 2]]]",
        "[[[-1, 2]]]", "[[[1001, 2]]]", "[[[1, 301]]]", '[[["1", 2]]]', "[[[true, 2]]]", "[" * 5000,
        json.dumps([[[1, 1]]] * 81), json.dumps([[[1, 1]] * 4001]), " " * 60_001,
    ],
)  # fmt: skip
def test_nothing_but_a_drawing_is_stored_as_a_signature(text: str) -> None:
    with pytest.raises(Invalid):
        read_strokes(text)


def test_a_signature_is_kept_with_terms_version_name_and_witness(
    shop: Location, fred: User, actor: As, sign_in: SignIn
) -> None:
    repair = phone(shop)
    row = actions.sign_terms(repair.code, Signature(name="  Grace  Guest ", strokes=STROKES), by=actor(fred))
    assert (row.version, row.wording, row.name, row.how, row.witness_label) == (
        3, "Be kind.", "Grace Guest", "drawn", "Fred",
    )  # fmt: skip
    assert row.path == "M10 10 L200 250 L400 20 M500 100"
    assert Consent.objects.get().version == 3
    event = EventRecord.objects.get(name="repair.terms_signed")
    assert "strokes" not in event.payload
    Business.objects.update(terms="Be kinder.", terms_version=4)
    assert queries.signature_of(repair).wording == "Be kind."  # type: ignore[union-attr]
    assert "Terms, version 3, signed by Grace Guest" in str(timeline.history(repair, for_staff=False))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Signature(name="Grace", strokes="[[[1, 1], [2, 2]]]"), "strokes"),  # a slip of the finger
        (Signature(name="G", strokes=STROKES), "signed_name"),
        (Signature(name="", on_paper=True), "signed_name"),
        (Signature(name="Grace"), "strokes"),
    ],
)
def test_half_a_signature_is_none(given: Signature, field: str, shop: Location, fred: User, actor: As) -> None:
    with pytest.raises(Invalid) as refused:
        actions.sign_terms(phone(shop).code, given, by=actor(fred))
    assert list(refused.value.errors) == [field]
    assert nothing_stored()


def test_signed_on_paper_needs_no_drawing(shop: Location, tess: User, actor: As) -> None:
    row = actions.sign_terms(phone(shop).code, Signature(name="Grace", on_paper=True), by=actor(tess))
    assert (row.how, row.strokes, row.path, row.witness_label) == ("paper", [], "", "Tess")


def test_without_terms_there_is_nothing_to_sign(shop: Location, fred: User, actor: As) -> None:
    Business.objects.update(terms=" ")
    with pytest.raises(Invalid):
        actions.sign_terms(phone(shop).code, Signature(name="Grace", strokes=STROKES), by=actor(fred))
