"""Warranty over the API: a claim and its answer, a return, its cause; and certificates that anybody may check."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.platform.files.models import StoredFile
from revivatech.repairs import actions
from revivatech.repairs.models import Repair, RepairCertificate, WarrantyClaim, WarrantyReturn
from revivatech.shop.models import Location
from revivatech.testing.api import ApiCaller, as_person
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_repair
from revivatech.testing.pictures import photo

FAULT = {"fault": "The screen flickers again."}


@pytest.fixture
def done(shop: Location, alice: User, fred: User) -> Repair:
    """Alice's screen, handed back just now."""
    make_service("screen", pence=15000)
    repair = make_repair(location=shop, customer=alice.customer, services=["screen"], agreed_pence=15000)
    Repair.objects.filter(pk=repair.pk).update(status="ready_for_pickup", outcome="repaired")
    by = actor_of(fred)
    return actions.hand_over(repair.code, received_by="Alice", method="collected", identity="name", by=by)


def path(repair: Repair, part: str) -> str:
    return f"/api/v1/repairs/{repair.code}/{part}"


def test_a_claim_is_made_by_the_customer_and_declined_with_words(done: Repair, alice: User, fred: User) -> None:
    (line,) = as_person(alice).get(path(done, "warranty")).json()["items"]
    made = as_person(alice).post(path(done, "claims"), {**FAULT, "lines": [line["id"]]})
    assert (made.status_code, made.json()["lines"]) == (201, [line["label"]]), made.content
    assert as_person(alice).post(path(done, "claims"), FAULT).status_code == 409
    (waiting,) = as_person(fred).get("/api/v1/claims").json()["items"]
    assert (waiting["id"], waiting["repair"]) == (made.json()["id"], done.code)
    refused = as_person(fred).post(path(done, f"claims/{waiting['id']}/refusal"), {"answer": "It was dropped."})
    assert (refused.json()["status"], refused.json()["answered_by"]) == ("declined", "Fred")
    (hers,) = as_person(alice).get(path(done, "claims")).json()["items"]
    assert (hers["answer"], hers["answered_by"]) == ("It was dropped.", None)


def test_a_photo_shows_the_claim_once_for_each_key(done: Repair, alice: User, bob: User, fred: User) -> None:
    claim = as_person(alice).post(path(done, "claims"), FAULT).json()["id"]
    there, seen = path(done, f"claims/{claim}/photos"), photo()

    def send(who: User, at: str = there, picture: bytes = seen) -> Any:
        upload = SimpleUploadedFile("crack.jpg", picture, "image/jpeg")
        return as_person(who).client.post(at, {"file": upload}, headers={"idempotency-key": "photo-of-the-crack"})

    kept, again = send(alice), send(alice)
    assert (kept.status_code, again.status_code, again.json()) == (201, 201, kept.json()), kept.content
    (file,) = as_person(fred).get(path(done, "files")).json()["items"]
    assert (file["id"], file["part"], file["for_customer"]) == (kept.json()["id"], f"claim:{claim}", True)
    other = send(alice, picture=photo(width=70))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    wrong = send(alice, path(done, "claims/2000000/photos"))
    assert (send(bob).status_code, send(fred).status_code, wrong.status_code) == (404, 403, 404)
    refused = send(alice, picture=b"MZ nothing to see")
    assert (refused.status_code, StoredFile.objects.count()) == (409, 1)


def test_a_return_is_a_new_repair_with_a_cause(done: Repair, alice: User, fred: User, tess: User) -> None:
    (line,) = as_person(fred).get(path(done, "warranty")).json()["items"]
    claim = as_person(alice).post(path(done, "claims"), FAULT).json()["id"]
    asked = {**FAULT, "lines": [line["id"]], "claim": claim}
    opened = as_person(fred).post(path(done, "returns"), asked)
    assert opened.status_code == 201, opened.content
    assert as_person(fred).post(path(done, "returns"), {**FAULT, "lines": [line["id"]]}).status_code == 409
    answered = as_person(fred).get(path(done, "claims")).json()["items"][0]
    assert (answered["status"], answered["return_code"]) == ("accepted", opened.json()["code"])
    back = Repair.objects.get(code=opened.json()["code"])
    found = as_person(tess).post(path(back, "cause"), {"cause": "other", "note": "Water inside"})
    assert found.status_code == 200, found.content
    assert (WarrantyReturn.objects.get().cause, found.json()["agreed_pence"]) == ("other", None)


def test_what_is_not_covered_says_why(done: Repair, fred: User, mona: User) -> None:
    refused = as_person(fred).post(path(done, "returns"), FAULT)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_covered")
    assert refused.json()["reasons"]
    taken = as_person(mona).post(path(done, "returns"), {**FAULT, "accepted_reason": "A good customer"})
    assert (taken.status_code, WarrantyReturn.objects.get().accepted_by) == (201, "Mona")


def test_only_its_customer_claims_and_only_the_counter_answers(
    done: Repair, alice: User, bob: User, eve: User, tess: User
) -> None:
    claim = as_person(alice).post(path(done, "claims"), FAULT).json()["id"]
    for who, claims, answers in ((bob, 404, 404), (eve, 404, 404), (tess, 403, 403), (alice, 409, 403)):
        api = as_person(who)
        assert api.post(path(done, "claims"), FAULT).status_code == claims, who
        assert api.post(path(done, f"claims/{claim}/refusal"), {"answer": "No"}).status_code == answers, who
        assert api.post(path(done, "returns"), FAULT).status_code == answers, who
    assert as_person(alice).get("/api/v1/claims").status_code == 403
    assert (WarrantyClaim.objects.get().status, WarrantyReturn.objects.count()) == ("open", 0)


def test_anybody_checks_a_certificate(done: Repair, alice: User, bob: User) -> None:
    hers = as_person(alice).get(path(done, "certificate")).json()
    assert (hers["standing"], hers["facts"]["repair"]) == ("valid", done.code)
    assert as_person(bob).get(path(done, "certificate")).status_code == 404
    checked = ApiCaller().get(f"/api/v1/certificates/{hers['token']}").json()
    assert checked == hers
    row = RepairCertificate.objects.get()
    row.pk, row.version, row.token = None, 2, "f" * 32  # written into the database by somebody without our key
    row.facts = {**row.facts, "version": 2}
    row.save(force_insert=True)
    forged = ApiCaller().get(f"/api/v1/certificates/{row.token}").json()
    assert (forged["standing"], forged["facts"]) == ("invalid", None)
    assert ApiCaller().get("/api/v1/certificates/" + "a" * 32).status_code == 404
