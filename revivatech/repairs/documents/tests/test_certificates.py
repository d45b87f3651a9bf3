"""The certificate anybody can check, and nobody can change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import signing
from revivatech.platform.actors import Actor, staff
from revivatech.platform.events import chain
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound
from revivatech.repairs.documents.actions import issue_certificate
from revivatech.repairs.documents.kinds import render
from revivatech.repairs.documents.models import RepairCertificate
from revivatech.repairs.documents.problems import NotToCertify
from revivatech.repairs.models import Repair
from revivatech.testing.paper import scan, text_of

from .fixtures import HERE, certificate_of, done, hand_over, repair

__all__ = ["done", "repair"]

SignIn = Callable[[User], Client]

As = Callable[[User], Actor]


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
