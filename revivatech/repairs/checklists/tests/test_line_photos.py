"""A photo of one line of a checklist: taken while the list is gone through, shown beside it ever after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.problems import TooManyFiles
from revivatech.platform.problems import Denied, Invalid, Problem
from revivatech.repairs import photos
from revivatech.repairs.checklists.actions import Found, fill_in
from revivatech.repairs.checklists.line_photos import of_lines
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.repairs.documents.evidence import evidence_pack
from revivatech.repairs.models import ChecklistItem, ChecklistRun, Repair, StageRun
from revivatech.repairs.problems import TooLateForIntake, WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_device, make_repair
from revivatech.testing.paper import text_of
from revivatech.testing.pictures import photo, upload

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def repair(shop: Location) -> Repair:
    install_starter_checklists()
    ChecklistItem.objects.exclude(key__in=("touch", "wi_fi")).update(active=False)
    customer = make_customer()
    device = make_device(customer, category="smartphone", described="Nokia 3310")
    return make_repair(location=shop, customer=customer, device=device, status="initial_assessment")


def add(repair: Repair, part: str, by: Actor, data: bytes = b"") -> StoredFile:
    sent = upload(data or photo(), "line.jpg")
    return photos.add(repair.code, sent, label="during", for_customer=False, key="", part=part, by=by)


def to_the_test(repair: Repair) -> None:
    """On the bench until now, then at the final test."""
    now = clock.now()
    Repair.objects.filter(pk=repair.pk).update(status="final_testing")
    StageRun.objects.create(repair=repair, stage=4, status="repair_work", started_at=now, ended_at=now)
    StageRun.objects.create(repair=repair, stage=6, status="final_testing", started_at=now)


def test_the_line_says_what_its_photo_shows(repair: Repair, fred: User, tess: User, actor: As) -> None:
    before = add(repair, "intake:touch", actor(fred))
    assert (before.part, before.label, before.caption) == ("intake:touch", "before", "Touch")
    to_the_test(repair)
    after = add(repair, "exit:touch", actor(tess))
    assert (after.part, after.label, after.caption) == ("exit:touch", "after", "Touch")
    assert of_lines(repair) == {("intake", "touch"): [before], ("exit", "touch"): [after]}
    photos.remove(repair.code, before.uuid, by=actor(tess))
    assert of_lines(repair) == {("exit", "touch"): [after]}


def test_a_final_photo_from_before_the_bench_shows_another_state(repair: Repair, tess: User, actor: As) -> None:
    to_the_test(repair)
    add(repair, "exit:touch", actor(tess))
    StageRun.objects.create(repair=repair, stage=4, status="repair_work", started_at=clock.now(), ended_at=clock.now())
    assert of_lines(Repair.objects.get(pk=repair.pk)) == {}
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "status", "problem"),
    [
        ("intake:hinges", "initial_assessment", Invalid),
        ("intake:", "initial_assessment", Invalid),
        ("middle:touch", "initial_assessment", Invalid),
        ("exit:touch", "initial_assessment", WrongStatus),
        ("intake:touch", "ready_for_pickup", TooLateForIntake),
    ],
)
def test_only_of_a_line_and_in_its_time(
    part: str, status: str, problem: type[Problem], repair: Repair, tess: User, actor: As
) -> None:
    Repair.objects.filter(pk=repair.pk).update(status=status)
    with pytest.raises(problem):
        add(repair, part, actor(tess))
    assert not StoredFile.objects.exists()


def test_the_customer_takes_none(repair: Repair, alice: User, actor: As) -> None:
    Repair.objects.filter(pk=repair.pk).update(customer=alice.customer)
    with pytest.raises(Denied):
        add(repair, "intake:touch", actor(alice))
    assert not StoredFile.objects.exists()


def test_each_line_is_a_step_of_its_own(repair: Repair, fred: User, actor: As) -> None:
    for number in range(10):
        add(repair, "intake:touch", actor(fred), photo(64 + number))
    with pytest.raises(TooManyFiles):
        add(repair, "intake:touch", actor(fred), photo(200))
    add(repair, "intake:wi_fi", actor(fred))
    assert {key: len(files) for key, files in of_lines(repair).items()} == {
        ("intake", "touch"): 10,
        ("intake", "wi_fi"): 1,
    }


def test_scripts_are_told_where_to_see_it(repair: Repair, fred: User, sign_in: SignIn) -> None:
    client = sign_in(fred)
    answer = client.post(
        reverse("repairs:photos", args=[repair.code]),
        {"files": upload(photo()), "part": "intake:touch"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 201
    (told,) = answer.json()["files"]
    file = StoredFile.objects.get()
    assert told["small"] == reverse("files:show", args=[file.uuid, "small"])
    assert client.get(told["small"]).status_code == 200


def test_without_scripts_they_come_with_the_list(
    repair: Repair, fred: User, tess: User, sign_in: SignIn, actor: As
) -> None:
    sent = {"photo_touch": upload(photo(), "crack.jpg"), "photo_wi_fi": upload(b"MZ", "setup.exe")}
    address = reverse("repairs:checks", args=[repair.code, "intake"])
    answer = sign_in(fred).post(address, {"state_touch": "works", "act": "finish", **sent})
    assert answer.status_code == 422  # one line has no answer; the photo is kept all the same
    assert "“setup.exe” is not a file we can take" in answer.content.decode()
    file = StoredFile.objects.get()
    assert (file.part, file.name) == ("intake:touch", "crack.jpg")
    assert str(file.uuid) in answer.content.decode()
    assert not ChecklistRun.objects.exists()
    fill_in(repair.code, "intake", {"touch": Found("works"), "wi_fi": Found("works")}, by=actor(fred))
    to_the_test(repair)
    fill_in(repair.code, "exit", {"touch": Found("fails"), "wi_fi": Found("works")}, by=actor(tess))
    page = sign_in(tess).get(reverse("repairs:comparison", args=[repair.code])).content.decode()
    assert str(file.uuid) in page
    paper = text_of(evidence_pack(repair))
    assert "photo: crack.jpg" in paper.replace("\n", " ")
    assert "At intake · Before · crack.jpg" in paper.replace("\n", " ")
