"""The papers of a repair: what is on them, that their codes scan, who gets them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.repairs import actions
from revivatech.repairs import statuses as s
from revivatech.repairs.documents.facts import initials
from revivatech.repairs.documents.kinds import DOCUMENTS, documents_of, render
from revivatech.repairs.documents.problems import NotPrintedYet
from revivatech.repairs.models import Repair
from revivatech.shop.logos import path_of
from revivatech.shop.models import Business, Location
from revivatech.testing.factories import make_repair
from revivatech.testing.paper import pages_of, scan, text_of

from .fixtures import HERE, NOON, certificate_of, done, repair

__all__ = ["done", "repair"]

SignIn = Callable[[User], Client]

As = Callable[[User], Actor]


@pytest.mark.parametrize("kind", ["label", "label-a6"])
def test_a_label_leads_staff_to_the_repair_and_tells_no_private_link(kind: str, repair: Repair) -> None:
    pdf = render(kind, repair)
    assert sorted(scan(pdf)) == [
        ("Code 128", repair.code),
        ("QR Code", f"{HERE}/workbench/repairs/{repair.code}/"),
    ]
    words = text_of(pdf)
    assert all(
        part in words
        for part in ("Pixel #9 é “Pro”", "FK-#77", "490154203237518", "Shelf C-3", "W" * 90, "#1 *Müller* $x$")
    )
    assert repair.token not in words
    assert len(pages_of(pdf, dots_per_inch=36)) == 1


def test_sheets_carry_the_shops_logo(repair: Repair) -> None:
    purple, out = (59, 31, 107), io.BytesIO()
    Image.new("RGB", (480, 96), purple).save(out, "PNG")
    name = "0" * 24
    default_storage.save(path_of(name), ContentFile(out.getvalue()))
    Business.objects.update(logo=name)
    (page, *_more) = pages_of(render("receipt", repair), dots_per_inch=36)
    assert purple in {colour for _count, colour in page.convert("RGB").crop((0, 0, 300, 80)).getcolors(100_000) or []}


def test_the_receipt_proves_what_was_taken_in_and_on_which_terms(repair: Repair) -> None:
    Business.objects.update(terms="We keep devices for 90 days.\n§2 é # *no markup*", terms_version=7)
    repair.customer.consents.create(
        topic="terms", given=True, wording="We keep devices for 90 days.\n§2 é # *no markup*", version=7, source="counter",
        at=NOON - timedelta(days=1),
    )  # fmt: skip
    pdf = render("receipt", repair)
    assert scan(pdf) == [("QR Code", f"{HERE}/track/{repair.token}/")]
    words = text_of(pdf)
    for part in (
        repair.code, "Pixel #9 é “Pro”", "Charger & case #2", "Scratch <left>", "£175.00", "£150.00", "Priority service",
        "Version 7", "We keep devices for 90 days.", "§2 é # *no markup*", "Sun 1 Mar 2026, 12:00", "W" * 90, "London Repairs",
        "020 7946 0123", "VAT GB123456789",
    ):  # fmt: skip
        assert part in words, part


def test_a_receipt_without_an_agreed_price_says_that_we_ask_first(repair: Repair) -> None:
    repair.agreed_pence = None
    words = " ".join(text_of(render("receipt", repair)).split())
    assert "No price is agreed yet. We tell you the price and wait for your yes" in words
    assert "£" not in words


def test_the_work_order_has_what_the_bench_needs(repair: Repair, tess: User, actor: As) -> None:
    actions.add_note(repair.code, body="Hinge is #stiff *too*", for_customer=False, by=actor(tess))
    pdf = render("work-order", repair)
    assert scan(pdf) == [("QR Code", f"{HERE}/workbench/repairs/{repair.code}/")]
    words = text_of(pdf)
    assert all(
        part in words for part in ("Hinge is #stiff *too*", "Shelf C-3", "Priority", "Tess", "The screen is cracked")
    )
    assert repair.token not in words


def test_the_handover_receipt_says_who_took_it_and_what_is_guaranteed(done: Repair) -> None:
    pdf = render("handover", done)
    assert scan(pdf) == [("QR Code", f"{HERE}/certificates/{certificate_of(done).token}/")]
    words = text_of(pdf)
    assert all(
        part in words
        for part in (
            "Zoë’s brother",
            "Collected",
            "Screen",
            "Premium",
            "Tue 2 Mar 2027",
            "Repaired",
            "£175.00",
            "Identity document seen",
            "Charger & case #2",
        )
    )


def test_what_can_be_printed_follows_the_repair(repair: Repair, done: Repair, shop: Location) -> None:
    booked = make_repair(location=shop, status=s.BOOKED)
    assert [one.key for one in documents_of(booked)] == ["label", "label-a6", "work-order"]
    assert [one.key for one in documents_of(done)] == ["receipt", "handover", "certificate", "evidence"]
    assert [one.key for one in documents_of(done, for_customer=True)] == ["receipt", "handover", "certificate"]
    for kind in ("handover", "certificate", "evidence", "nonsense"):
        with pytest.raises(NotPrintedYet):
            render(kind, booked)


def test_staff_open_every_document_and_outsiders_none(
    done: Repair, shop: Location, manchester: Location, tess: User, eve: User, sign_in: SignIn, client: Client
) -> None:
    tess_, eve_ = sign_in(tess), sign_in(eve)
    elsewhere = make_repair(location=manchester, status=s.DIAGNOSIS, received_at=NOON)
    for kind, document in DOCUMENTS.items():
        address = reverse("repairs:document", args=[done.code, kind])
        answer = tess_.get(address)
        assert answer.status_code == (200 if document.exists(done) else 404)
        if answer.status_code == 200:
            assert answer["Content-Type"] == "application/pdf"
            assert answer["Content-Disposition"] == f'inline; filename="{done.code}-{kind}.pdf"'
            assert answer["Cache-Control"] == "private, no-store"
            assert answer.content.startswith(b"%PDF-")
        assert eve_.get(address).status_code == 403
        assert client.get(address).status_code == 302
        assert tess_.get(reverse("repairs:document", args=[elsewhere.code, kind])).status_code == 404


def test_the_private_link_opens_the_customers_documents_only(done: Repair, client: Client) -> None:
    for kind in DOCUMENTS:
        answer = client.get(reverse("repairs:track_document", args=[done.token, kind]))
        assert answer.status_code == (200 if kind in ("receipt", "handover", "certificate") else 404)
        assert client.get(reverse("repairs:track_document", args=[done.code, kind])).status_code == 404


def test_pages_offer_the_documents(done: Repair, fred: User, sign_in: SignIn, client: Client) -> None:
    page = sign_in(fred).get(reverse("repairs:show", args=[done.code])).content.decode()
    assert all(reverse("repairs:document", args=[done.code, one.key]) in page for one in documents_of(done))
    assert reverse("repairs:issuance", args=[done.code]) in page
    page = client.get(reverse("repairs:track", args=[done.token])).content.decode()
    assert all(reverse("repairs:track_document", args=[done.token, key]) in page for key in ("receipt", "certificate"))
    assert "evidence" not in page


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Tess", "T."), ("Tess O’Neill", "T. O."), ("élan vital", "É. V."), ("", ""), ("(x) y", "Y.")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected
