"""What the bench and the counter do, over the API: lists, verdicts, suggestions, notes between shifts."""

from __future__ import annotations

from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.models import ChecklistItem, ChecklistRun, Repair, ShiftAcknowledgement, ShiftNote, StageRun
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.factories import make_device, make_repair

ALL = {key: {"state": "works"} for key in ("touch", "wi_fi", "charging")}


@pytest.fixture
def repair(shop: Location, alice: User) -> Repair:
    """A telephone on the counter, with three functions to look at."""
    install_starter_checklists()
    ChecklistItem.objects.filter(template__category="smartphone").exclude(key__in=ALL).update(active=False)
    device = make_device(alice.customer, category="smartphone", described="Nokia 3310")
    return make_repair(location=shop, customer=alice.customer, device=device, status="initial_assessment")


def path(repair: Repair, part: str) -> str:
    return f"/api/v1/repairs/{repair.code}/{part}"


def test_a_list_is_kept_half_done_and_then_finished(repair: Repair, fred: User) -> None:
    api, where = as_person(fred), path(repair, "checklists/intake")
    blank = api.get(where).json()
    assert (blank["open"], {line["key"]: line["state"] for line in blank["lines"]}) == (True, dict.fromkeys(ALL, ""))
    some = {"touch": {"state": "fails", "note": "Dead in the corner"}}
    kept = api.post(where, {"answers": some}).json()
    assert next(line["note"] for line in kept["lines"] if line["key"] == "touch") == "Dead in the corner"
    early = api.post(where, {"answers": some, "finish": True})
    assert (early.status_code, set(early.json()["errors"])) == (422, {"item_wi_fi", "item_charging"})
    assert ChecklistRun.objects.get().finished_at is None
    assert api.post(where, {"answers": {**ALL, **some}, "finish": True}).status_code == 200
    checks = {row["key"]: row["intake"] for row in api.get(path(repair, "checklists")).json()["items"]}
    assert checks == {"touch": "fails", "wi_fi": "works", "charging": "works"}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"antenna": {"state": "works"}}, "item_antenna"),
        ({"touch": {"state": "perhaps"}}, "answers.touch.state"),
        ({"touch": {"state": "works", "by": "Mona"}}, "answers.touch.by"),
        ({"touch": {"state": "works", "note": "x" * 201}}, "answers.touch.note"),
    ],
)
def test_what_no_list_asks_is_refused(repair: Repair, fred: User, answers: Any, field: str) -> None:
    refused = as_person(fred).post(path(repair, "checklists/intake"), {"answers": answers})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    assert ChecklistRun.objects.count() == 0


def test_a_difference_is_explained_by_whoever_may(repair: Repair, tess: User, mona: User) -> None:
    as_person(tess).post(path(repair, "checklists/intake"), {"answers": ALL, "finish": True})
    now = clock.now()
    Repair.objects.filter(pk=repair.pk).update(status="final_testing", agreed_pence=100)
    StageRun.objects.create(repair=repair, stage=4, status="repair_work", started_at=now, ended_at=now)
    StageRun.objects.create(repair=repair, stage=6, status="final_testing", started_at=now)
    worse = {**ALL, "wi_fi": {"state": "fails"}}
    assert as_person(tess).post(path(repair, "checklists/exit"), {"answers": worse, "finish": True}).status_code == 200
    reasons = {"reasons": {"wi_fi": "The antenna broke; a new one comes on Monday."}}
    assert as_person(tess).post(path(repair, "explanations"), reasons).status_code == 403
    rows = as_person(mona).post(path(repair, "explanations"), reasons).json()["items"]
    assert [(row["key"], row["explained"]) for row in rows if row["blocks"]] == [("wi_fi", reasons["reasons"]["wi_fi"])]


def test_the_verdict_of_a_check_is_read_by_staff(repair: Repair, tess: User, alice: User) -> None:
    Repair.objects.filter(pk=repair.pk).update(status="quality_check", agreed_pence=100)
    moved = as_person(tess).post(path(repair, "moves"), {"to": "final_testing", "score": 4, "verdict": "Clean"})
    assert moved.status_code == 200, moved.content
    (row,) = as_person(tess).get(path(repair, "quality-checks")).json()["items"]
    assert (row["passed"], row["score"], row["reason"], row["by"]) == (True, 4, "Clean", "Tess")
    assert as_person(alice).get(path(repair, "quality-checks")).status_code == 403


def test_the_next_job_and_the_technician_come_with_reasons(repair: Repair, tess: User, mona: User, alice: User) -> None:
    Repair.objects.filter(pk=repair.pk).update(status="diagnosis")
    found = as_person(tess).get("/api/v1/next-jobs").json()
    assert [job["repair"]["code"] for job in found["jobs"]] == [repair.code]
    assert all(line["reasons"] and 0 <= line["points"] <= line["most"] for line in found["jobs"][0]["lines"])
    people = as_person(mona).get(path(repair, "technicians")).json()["items"]
    best = next(one for one in people if one["id"] == tess.pk)
    assert best["points"] == sum(line["points"] for line in best["lines"])
    assert as_person(tess).get(path(repair, "technicians")).status_code == 403
    given = as_person(mona).post(path(repair, "assignment"), {"technician": tess.pk})
    assert (given.status_code, given.json()["assigned_to"]) == (200, "Tess")
    for address in ("/api/v1/next-jobs", path(repair, "technicians")):
        assert as_person(alice).get(address).status_code == 403


def test_a_note_goes_from_one_shift_to_the_next(repair: Repair, tess: User, fred: User, shop: Location) -> None:
    body = {"location": shop.pk, "body": "The screws are on shelf 2."}
    written = as_person(tess).post("/api/v1/shift-notes", body)
    assert written.status_code == 201, written.content
    assert written.json()["standing"] == [{"status": "initial_assessment", "repairs": 1}]
    address = f"/api/v1/shift-notes/{written.json()['id']}/acknowledgement"
    assert as_person(tess).post(address).status_code == 403
    read = as_person(fred).post(address, {"words": "Thanks"})
    assert (read.json()["read"]["by"], read.json()["read"]["words"]) == ("Fred", "Thanks")
    assert as_person(fred).post(address).status_code == 409
    listed = as_person(fred).get("/api/v1/shift-notes").json()["items"]
    assert [note["id"] for note in listed] == [written.json()["id"]]
    assert as_person(fred).get("/api/v1/shift-notes", unread=True).json()["items"] == []


def test_outsiders_and_customers_change_and_see_nothing_of_the_bench(
    repair: Repair, tess: User, alice: User, eve: User, shop: Location
) -> None:
    note = as_person(tess).post("/api/v1/shift-notes", {"location": shop.pk, "body": "Hello"}).json()["id"]
    for who, status in ((eve, 404), (alice, 403)):
        api = as_person(who)
        assert api.post(path(repair, "checklists/intake"), {"answers": ALL}).status_code == status
        assert api.post(path(repair, "explanations"), {"reasons": {"touch": "Mine"}}).status_code == status
        assert api.post(path(repair, "assignment"), {"technician": None}).status_code == status
        assert api.get(path(repair, "checklists/intake")).status_code == status
    for who in (eve, alice):
        assert as_person(who).post(f"/api/v1/shift-notes/{note}/acknowledgement").status_code == 404
        assert as_person(who).post("/api/v1/shift-notes", {"location": shop.pk, "body": "Mine"}).status_code == 404
        seen = as_person(who).get("/api/v1/shift-notes")
        assert seen.status_code == 403 or seen.json()["items"] == []
    assert (ChecklistRun.objects.count(), ShiftNote.objects.count(), ShiftAcknowledgement.objects.count()) == (0, 1, 0)
