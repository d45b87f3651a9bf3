"""What staff do on pages, by programs: one step for several repairs, saved filters, certificates, customers entered and changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.customers.models import Customer, CustomerNote
from revivatech.integrations import actions
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions as repair_actions
from revivatech.repairs.models import BulkChange, Repair, RepairCertificate, SavedFilter
from revivatech.shop.models import Location
from revivatech.testing.api import ApiCaller, as_person, with_key
from revivatech.testing.factories import make_customer, make_repair

API = "/api/v1"


def bulk(step: str, to: object, *repairs: Repair, **more: Any) -> dict[str, Any]:
    return {
        "step": step, "to": str(to), "repairs": [{"code": one.code, "version": one.version} for one in repairs], **more
    }  # fmt: skip


@pytest.fixture
def three(shop: Location, manchester: Location) -> list[Repair]:
    """Two in diagnosis at London, and one at Manchester, which neither Tess nor Mona sees."""
    here = [make_repair(location=shop, status="diagnosis") for _number in range(2)]
    return [*here, make_repair(location=manchester, status="diagnosis")]


def test_one_step_for_several_with_an_answer_for_each(three: list[Repair], tess: User, mona: User, olga: User) -> None:
    one, two, elsewhere = three
    api, key = as_person(mona), "5b0a3f0e-7d0c-4a4e-9c55-2f6a1d9e8b10"
    repair_actions.prioritise(two.code, "same_day", by=actor_of(olga))  # so that Mona's version of it is old
    asked = bulk("assign", tess.pk, one, two, elsewhere)
    looked = api.post(f"{API}/bulk-previews", asked).json()["items"]
    assert [row["able"] for row in looked] == [True, False, False]
    assert not Repair.objects.filter(assigned_to=tess).exists()
    assert not BulkChange.objects.exists()
    made = api.post(f"{API}/bulk-changes", asked, key=key)
    said = made.json()
    assert (made.status_code, said["done"], said["refused"]) == (201, 1, 2)
    assert [(row["code"], row["done"], bool(row["why"])) for row in said["results"]] == [
        (one.code, True, False), (two.code, False, True), (elsewhere.code, False, True),
    ]  # fmt: skip
    again = api.post(f"{API}/bulk-changes", asked, key=key)
    assert (again.json(), EventRecord.objects.filter(name="repair.assigned").count()) == (said, 1)
    other = api.post(f"{API}/bulk-changes", bulk("assign", tess.pk, two), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert api.get(f"{API}/bulk-changes/{said['id']}").json() == said
    assert as_person(tess).get(f"{API}/bulk-changes/{said['id']}").status_code == 404
    undone = api.post(f"{API}/bulk-changes/{said['id']}/reversal").json()
    assert [row["undone"] for row in undone["results"]] == ["yes", "", ""]
    assert not Repair.objects.filter(assigned_to=tess).exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"step": "move", "to": "nowhere", "repairs": [{"code": "RT-7F3K9QM", "version": 1}]},
        {"step": "sell", "to": "", "repairs": [{"code": "RT-7F3K9QM", "version": 1}]},
        {"step": "assign", "to": "", "repairs": []},
        {"step": "assign", "to": "", "repairs": [{"code": "RT-7F3K9QM", "version": 1, "status": "completed"}]},
    ],
)
def test_a_step_that_is_none_is_refused(asked: dict[str, Any], tess: User) -> None:
    for address in ("bulk-previews", "bulk-changes"):
        assert as_person(tess).post(f"{API}/{address}", asked).status_code == 422
    assert not BulkChange.objects.exists()


def test_a_filter_is_kept_used_renamed_and_removed(
    shop: Location, manchester: Location, tess: User, fred: User, mona: User
) -> None:
    late = make_repair(location=shop, status="diagnosis", stage_due_at=clock.now() - timedelta(hours=1))
    make_repair(location=shop, status="diagnosis")
    make_repair(location=shop, status="repair_work", agreed_pence=100)
    api = as_person(tess)
    made = api.post(f"{API}/filters", {"name": "Late ones", "status": "diagnosis", "late": True})
    own = made.json()
    assert (made.status_code, own["location"], own["may_change"], own["words"]) == (201, None, True, "Diagnosis, late")
    found = api.get(f"{API}/repairs", filter=own["id"]).json()["items"]
    assert [row["code"] for row in found] == [late.code]
    assert api.get(f"{API}/repairs", filter=own["id"], status="repair_work").json()["items"] == []
    assert [row["code"] for row in api.get(f"{API}/repairs", late=True).json()["items"]] == [late.code]
    shared = {"name": "Bench", "status": "repair_work", "location": shop.pk}
    assert api.post(f"{API}/filters", shared).status_code == 403
    theirs = as_person(mona).post(f"{API}/filters", shared).json()
    assert {row["name"] for row in api.get(f"{API}/filters").json()["items"]} == {"Late ones", "Bench"}
    for part, body in (("name", {"name": "Mine"}), ("removal", {})):
        assert api.post(f"{API}/filters/{theirs['id']}/{part}", body).status_code == 403
        assert as_person(fred).post(f"{API}/filters/{own['id']}/{part}", body).status_code == 404
    assert as_person(fred).get(f"{API}/repairs", filter=own["id"]).status_code == 404
    assert api.post(f"{API}/filters/{own['id']}/name", {"name": "Hurry"}).json()["name"] == "Hurry"
    left = api.post(f"{API}/filters/{own['id']}/removal").json()["items"]
    assert [row["name"] for row in left] == ["Bench"]
    assert list(SavedFilter.objects.values_list("name", flat=True)) == ["Bench"]


def test_certificates_are_listed_and_issued_again_after_a_correction(
    shop: Location, manchester: Location, fred: User, tess: User, alice: User, eve: User
) -> None:
    repair = make_repair(
        location=shop, customer=alice.customer, status="ready_for_pickup", outcome="repaired", services=["screen"]
    )
    repair_actions.hand_over(repair.code, received_by="Alice", method="collected", identity="name", by=actor_of(fred))
    where = f"{API}/repairs/{repair.code}/certificates"
    api = as_person(fred)
    same = api.post(where)
    assert (same.status_code, same.json()["version"], RepairCertificate.objects.count()) == (200, 1, 1)
    repair.device.serial = "SN-CORRECTED-1"
    repair.device.save()
    newer = api.post(where).json()
    assert (newer["version"], newer["standing"]) == (2, "valid")
    for address in (where, f"{API}/certificates"):
        listed = api.get(address).json()["items"]
        assert [(row["version"], row["standing"]) for row in listed] == [(2, "valid"), (1, "superseded")]
    page = api.get(where, limit=1).json()
    assert [row["version"] for row in api.get(where, cursor=page["next"]).json()["items"]] == [1]
    assert len(as_person(alice).get(where).json()["items"]) == 2
    assert as_person(eve).get(f"{API}/certificates").json()["items"] == []
    for who, status in ((alice, 403), (tess, 403), (eve, 404)):
        assert as_person(who).post(where).status_code == status
    assert RepairCertificate.objects.count() == 2


def test_a_customer_is_entered_changed_and_noted(shop: Location, fred: User) -> None:
    api = as_person(fred)
    made = api.post(f"{API}/customers", {"name": "Ana", "email": "ana@example.com", "language": "pt"})
    ana = made.json()
    assert (made.status_code, ana["name"], ana["language"]) == (201, "Ana", "pt")
    twice = api.post(f"{API}/customers", {"name": "Ana B", "email": "ANA@example.com"})
    assert (twice.status_code, twice.json()["code"], twice.json()["customers"]) == (409, "may_be_known", [ana["id"]])
    assert (
        api.post(f"{API}/customers", {"name": "Ana B", "email": "ana@example.com", "despite": True}).status_code == 201
    )
    unreachable = api.post(f"{API}/customers", {"name": "Nobody"})
    assert (unreachable.status_code, list(unreachable.json()["errors"])) == (422, ["email"])
    here = f"{API}/customers/{ana['id']}"
    changed = api.post(f"{here}/details", {"phone": "020 7123 4567", "seen": ana["seen"]}).json()
    assert (changed["name"], changed["email"], changed["phone"]) == ("Ana", "ana@example.com", "+442071234567")
    late = api.post(f"{here}/details", {"name": "Anna", "seen": ana["seen"]})
    assert (late.status_code, late.json()["code"]) == (409, "customer_changed_meanwhile")
    for grab in ({"user": 1}, {"user_id": fred.pk}, {"id": 7}, {"merged_into": 1}):
        assert api.post(f"{here}/details", grab).status_code == 422
    note = api.post(f"{here}/notes", {"body": "Pays in advance only.", "flagged": True}).json()
    assert api.get(here).json()["flags"] == ["Pays in advance only."]
    assert [row["body"] for row in api.get(f"{here}/notes").json()["items"]] == ["Pays in advance only."]
    assert api.post(f"{here}/notes/{note['id']}/removal").json()["flags"] == []
    assert Customer.objects.get(pk=ana["id"]).name == "Ana"


def test_who_may_not_do_any_of_it(three: list[Repair], alice: User, eve: User, tess: User, fred: User) -> None:
    other = make_customer("Ana", email="ana@example.com")
    note = CustomerNote.objects.create(customer=other, body="Kind.", author_label="Fred")
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("bulk-previews", bulk("assign", "", three[0])), ("bulk-changes", bulk("assign", "", three[0])),
        ("filters", {"name": "Mine", "late": True}), ("customers", {"name": "New", "email": "new@example.com"}),
        (f"customers/{other.pk}/details", {"name": "Mallory"}), (f"customers/{other.pk}/notes", {"body": "Hello"}),
        (f"customers/{other.pk}/notes/{note.pk}/removal", {}),
    )  # fmt: skip
    for who, may in ((None, ()), (alice, ()), (eve, ()), (tess, ("bulk-previews", "bulk-changes", "filters"))):
        for address, body in asked:
            status = as_person(who).post(f"{API}/{address}", body).status_code
            assert (status in (200, 201)) is (address in may), (who, address, status)
            assert status in (200, 201, 401, 403, 404), (who, address, status)
    for who in (alice, eve):
        assert as_person(who).get(f"{API}/filters").status_code == 403
        assert as_person(who).get(f"{API}/customers/{other.pk}/notes").status_code == 403
    other.refresh_from_db()
    assert (other.name, other.notes.count(), Customer.objects.filter(name="New").count()) == ("Ana", 1, 0)
    own = as_person(alice).post(f"{API}/customers/{alice.customer.pk}/details", {"company": "Archer Ltd"})
    assert (own.status_code, own.json()["company"]) == (200, "Archer Ltd")


def test_a_key_does_what_it_was_made_for(three: list[Repair], olga: User) -> None:
    def key(*scopes: str) -> ApiCaller:
        made = actions.make_key(
            name="Till", scopes=list(scopes), location_id=None, days=1, per_minute=600, by=actor_of(olga)
        )
        return with_key(made[1])

    looks, works = key("repairs.view"), key("repairs.view", "repairs.work", "repairs.assign")
    asked = bulk("assign", olga.pk, three[0])
    refused = looks.post(f"{API}/bulk-changes", asked).json()
    assert (refused["done"], refused["refused"]) == (0, 1)
    assert looks.post(f"{API}/customers", {"name": "X", "email": "x@example.com"}).json()["code"] == "scope_missing"
    assert works.post(f"{API}/bulk-changes", asked).json()["done"] == 1
    assert EventRecord.objects.filter(name="repair.assigned").get().actor_label == "Till (Olga)"
