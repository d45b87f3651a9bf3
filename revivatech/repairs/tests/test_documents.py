"""The papers of a repair: what is on them, that their codes scan, who gets them; and the certificate anybody can check."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from revivatech.accounts.models import User
from revivatech.catalogue.pricing import DevicePart, Line, Price
from revivatech.platform import clock, signing
from revivatech.platform.actors import Actor, staff
from revivatech.platform.documents import blocks
from revivatech.platform.events import chain
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound
from revivatech.repairs import actions, photos
from revivatech.repairs import statuses as s
from revivatech.repairs.documents import evidence
from revivatech.repairs.documents.actions import issue_certificate
from revivatech.repairs.documents.facts import initials
from revivatech.repairs.documents.kinds import DOCUMENTS, documents_of, render
from revivatech.repairs.documents.models import RepairCertificate
from revivatech.repairs.documents.problems import NotPrintedYet, NotToCertify
from revivatech.repairs.models import Repair, StageRun
from revivatech.shop.models import Business, Location
from revivatech.testing.factories import make_customer, make_device, make_repair
from revivatech.testing.paper import pages_of, scan, text_of

SignIn = Callable[[User], Client]
As = Callable[[User], Actor]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAME = "Zoë #1 *Müller* $x$ محمد 🙂 " + "W" * 90
PRICE = Price(
    lines=(
        Line("service", "Screen", 15000, device=0, service_key="screen", quality="premium", warranty_days=365),
        Line("urgency", "Priority service", 2500, device=0),
    ),
    total_pence=17500, vat_pence=2917, net_pence=14583, currency="GBP", vat_rate_bp=2000, minutes=60, is_estimate=False,
    deposit_pence=0, devices=(DevicePart("Pixel", 17500, 60, False),), urgency="priority", handover="drop_off", deposit_bp=0,
    deposit_above_pence=0,
).as_json()  # fmt: skip
HERE = "http://localhost:3010"


@pytest.fixture
def repair(shop: Location, tess: User) -> Repair:
    """Done, tested and waiting to be collected; received on the first of March 2026."""
    customer = make_customer(NAME, email="zoe@example.com", phone="+442079460123")
    device = make_device(
        customer, described="Pixel #9 é “Pro”", category="smartphone", serial="FK-#77", imei="490154203237518"
    )
    repair = make_repair(
        location=shop, customer=customer, device=device, status=s.READY_FOR_PICKUP, outcome="repaired", price=PRICE,
        agreed_pence=17500, received_at=NOON - timedelta(days=1), accessories="Charger & case #2", condition="Scratch <left>",
        storage_place="Shelf C-3", assigned_to=tess, urgency="priority",
    )  # fmt: skip
    for stage, status in ((4, s.REPAIR_WORK), (5, s.QUALITY_CHECK), (6, s.FINAL_TESTING)):
        run = {"started_at": NOON - timedelta(hours=5), "ended_at": NOON - timedelta(hours=1), "technician": tess}
        StageRun.objects.create(repair=repair, stage=stage, status=status, **run)
    return repair


@pytest.fixture
def done(repair: Repair, fred: User, actor: As) -> Repair:
    with clock.frozen(NOON):
        hand_over(repair, actor(fred))
    repair.refresh_from_db()
    return repair


def hand_over(repair: Repair, by: Actor) -> None:
    actions.hand_over(
        repair.code,
        received_by="Zoë’s brother",
        method="collected",
        identity="id",
        returned=["Charger & case #2"],
        by=by,
    )


def certificate_of(repair: Repair) -> RepairCertificate:
    return repair.certificates.get()


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


def test_handing_over_a_repaired_device_issues_its_certificate(done: Repair) -> None:
    row = certificate_of(done)
    log = EventRecord.objects.filter(subject_kind="repair", subject_id=done.pk).order_by("sequence")
    assert [event.name for event in log] == ["repair.completed", "repair.warranty_started", "repair.certificate_issued"]
    assert row.facts == {
        "format": 1,
        "repair": done.code,
        "version": 1,
        "issued_at": row.issued_at.isoformat(timespec="seconds"),
        "shop": {
            "name": "London Repairs", "legal_name": "", "company_number": "", "location": "London Bridge",
            "address": "8 Tooley Street\nLondon\nSE1 2SZ", "phone": "+442079460000", "email": "hello@repairs.example",
            "website": "",
        },
        "device": {"name": "Pixel #9 é “Pro”", "colour": "", "serial": "FK-#77", "imei": "490154203237518"},
        "received_on": "2026-03-01",
        "completed_on": "2026-03-02",
        "work": [{"label": "Screen", "part": "premium", "days": 365, "until": "2027-03-02"}],
        "checks": [
            {"check": "quality_check", "on": "2026-03-02", "by": "T."},
            {"check": "final_testing", "on": "2026-03-02", "by": "T."},
        ],
        "functions": {},
        "technicians": ["T."],
        "log": {"events": 2, "hash": log[1].hash},
    }  # fmt: skip


def test_the_paper_says_what_was_signed(done: Repair) -> None:
    row = certificate_of(done)
    pdf = render("certificate", done)
    assert scan(pdf) == [("QR Code", f"{HERE}/certificates/{row.token}/")]
    words = text_of(pdf)
    for part in (
        done.code, "FK-#77", "490154203237518", "Screen", "Premium", "Tue 2 Mar 2027", "Quality check", "Final testing",
        "T.", row.signature, row.facts["log"]["hash"],
    ):  # fmt: skip
        assert part in words, part
    assert render("certificate", done) == pdf


def test_anybody_may_check_a_certificate_and_learns_nothing_about_the_customer(done: Repair, client: Client) -> None:
    row = certificate_of(done)
    answer = client.get(reverse("repairs:certificate", args=[row.token]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert ">Valid<" in page
    assert all(part in page for part in ("FK-#77", "490154203237518", "Screen", "Premium", row.signature))
    for secret in ("Müller", "zoe@example.com", "7946 0123", "442079460123", "brother", done.token, "Charger", "Tess"):
        assert secret not in page
        assert secret not in str(row.facts)
    assert client.get(reverse("repairs:certificate", args=["A" * 32])).status_code == 404
    assert client.get(reverse("repairs:certificate", args=[done.token])).status_code == 404


def rewrite(row: RepairCertificate, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE repairs_repaircertificate DISABLE TRIGGER certificate_is_final")
        cursor.execute(f"UPDATE repairs_repaircertificate SET {statement} WHERE id = %s", [row.pk])
        cursor.execute("ALTER TABLE repairs_repaircertificate ENABLE TRIGGER certificate_is_final")


@pytest.mark.parametrize(
    "statement",
    [
        "facts = jsonb_set(facts, '{device,serial}', '\"OTHER\"')",
        "token = 'a-token-of-another-certificate00'",
        "signature = 'AAAA'",
        "signature = 'not base64 é'",
        "version = 2",
    ],
)
def test_a_certificate_changed_by_hand_is_not_valid(statement: str, done: Repair, client: Client) -> None:
    row = certificate_of(done)
    rewrite(row, statement)
    row.refresh_from_db()
    page = client.get(reverse("repairs:certificate", args=[row.token])).content.decode()
    assert "Not valid" in page
    assert ">Valid<" not in page
    assert "Screen" not in page.replace("Home Screen", "")
    assert "OTHER" not in page


def test_a_certificate_of_another_shop_is_not_valid(done: Repair, client: Client) -> None:
    """Threat: somebody with the database signs with a key of their own."""
    ours = signing.key_file().read_text()
    try:
        signing.key_file().write_text("their-own-key")
        page = client.get(reverse("repairs:certificate", args=[certificate_of(done).token])).content.decode()
        assert "Not valid" in page
        signing.key_file().write_text(f"a-new-key\n{ours}")
        page = client.get(reverse("repairs:certificate", args=[certificate_of(done).token])).content.decode()
        assert ">Valid<" in page
    finally:
        signing.key_file().write_text(ours)


def test_the_database_refuses_to_change_a_certificate(done: Repair) -> None:
    rows = RepairCertificate.objects.filter(repair=done)
    for attempt in (lambda: rows.update(version=9), rows.delete, certificate_of(done).save):
        with pytest.raises(IntegrityError, match="a certificate is never changed"), transaction.atomic():
            attempt()


def test_a_correction_is_a_new_version_and_the_old_one_says_so(
    done: Repair, fred: User, sign_in: SignIn, client: Client
) -> None:
    first, issue = certificate_of(done), reverse("repairs:issuance", args=[done.code])
    assert sign_in(fred).post(issue).status_code == 302
    assert done.certificates.count() == 1  # nothing changed, so nothing new
    type(done.device).objects.filter(pk=done.device_id).update(serial="FK-78")
    assert sign_in(fred).post(issue).status_code == 302
    second = done.certificates.get(version=2)
    assert second.facts["device"]["serial"] == "FK-78"
    page = client.get(reverse("repairs:certificate", args=[first.token])).content.decode()
    assert "Superseded" in page
    assert reverse("repairs:certificate", args=[second.token]) in page
    assert ">Valid<" in client.get(reverse("repairs:certificate", args=[second.token])).content.decode()
    assert chain.verify().broken == []


@pytest.mark.parametrize("outcome", ["declined", "no_fault_found", "not_repairable"])
def test_nothing_repaired_is_nothing_certified(outcome: str, repair: Repair, fred: User, actor: As) -> None:
    Repair.objects.filter(pk=repair.pk).update(outcome=outcome)
    with pytest.raises(NotToCertify):
        issue_certificate(repair.code, by=actor(fred))
    hand_over(repair, actor(fred))
    with pytest.raises(NotToCertify):
        issue_certificate(repair.code, by=actor(fred))
    assert RepairCertificate.objects.count() == 0
    repair.refresh_from_db()
    assert "Repaired" not in text_of(render("handover", repair))


def test_who_may_issue_a_certificate(done: Repair, tess: User, eve: User, actor: As, client: Client) -> None:
    type(done.device).objects.filter(pk=done.device_id).update(serial="FK-78")
    with pytest.raises(Denied):
        issue_certificate(done.code, by=actor(tess))
    with pytest.raises(NotFound):
        issue_certificate(done.code, by=actor(eve))
    with pytest.raises(NotFound):
        issue_certificate(done.code, by=staff(1, "Far", (), second_factor=True))
    assert client.post(reverse("repairs:issuance", args=[done.code])).status_code == 302
    assert done.certificates.count() == 1


def test_the_evidence_pack_has_it_all(done: Repair, tess: User, mona: User, actor: As) -> None:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    photo = SimpleUploadedFile("back.jpg", out.getvalue(), "image/jpeg")
    photos.add(done.code, photo, label="before", for_customer=False, key="k" * 32, caption="Dent #3", by=actor(tess))
    actions.add_note(done.code, body="Customer rang, *angry*", for_customer=False, by=actor(mona))
    done.price_answers.create(
        approved=True,
        pence=17500,
        said_by="Zoë",
        how="phone",
        words="Yes, go on",
        recorded_by="Fred",
        finding="Flex torn",
    )
    done.damage_marks.create(number=1, side="back", x=10, y=20, note="Chip in the glass", by_label="Fred")
    done.signatures.create(version=3, wording="Terms §9", name="Zoë M.", how="drawn", strokes=[[[0, 0], [500, 200]]])
    done.quality_checks.create(passed=True, score=5, by_label="Mona")
    before = done.checklist_runs.create(kind="intake", started_at=NOON, finished_at=NOON, by_label="Fred")
    before.results.create(key="camera", label="Front camera", state="works")
    pdf = render("evidence", done)
    words = text_of(pdf)
    for part in (
        "Dent #3", "SHA-256", "Customer rang, *angry*", "Yes, go on", "Flex torn", "Chip in the glass", "Terms §9", "Zoë M.",
        "Front camera", "Works", "Handed over to Zoë’s brother", "Repair certificate issued, version 1", "zoe@example.com",
        chain.last_link("repair", done.pk)[1],
    ):  # fmt: skip
        assert part in words, part


def test_taking_the_evidence_pack_out_is_written_down(
    done: Repair, mona: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(mona)
    assert client.get(reverse("repairs:document", args=[done.code, "evidence"])).status_code == 200
    assert client.get(reverse("repairs:document", args=[done.code, "receipt"])).status_code == 200
    row = EventRecord.objects.get(name="user.data_exported")
    assert (row.actor_id, row.payload["what"], row.payload["chosen"]) == (
        mona.pk, "repair.evidence", {"repair": done.code},
    )  # fmt: skip


def test_a_package_adds_its_part_to_the_evidence(done: Repair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_sections", dict(evidence._sections))
    evidence.add(lambda repair: [blocks.prose("Quotes", f"of {repair.code}")], order=55)
    words = text_of(render("evidence", done))
    assert f"of {done.code}" in words
    assert words.index("Quotes") < words.index("What happened")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Tess", "T."), ("Tess O’Neill", "T. O."), ("élan vital", "É. V."), ("", ""), ("(x) y", "Y.")],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected
