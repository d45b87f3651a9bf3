"""Suggested next job and technician: the score from a table, the facts from real rows, the pages and who may open them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.accounts.permissions import TECHNICIAN
from revivatech.catalogue.models import DeviceModel, Service
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.repairs import statuses as s
from revivatech.repairs.models import Outcome, QualityCheck, Repair, StageRun, TechnicianSkill, TimeEntry
from revivatech.repairs.suggestions import actions, facts, queries, scoring
from revivatech.repairs.suggestions.models import Level
from revivatech.repairs.suggestions.scoring import Job, Person, Press, Waiting, Why
from revivatech.repairs.timing.models import Ended
from revivatech.shop.hours import Calendar
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_customer, make_device, make_device_model, make_repair, make_staff

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday; the shop is open 09:00 to 18:00
JOB = Job("RT-1", "smartphone", ("screen",))


def person(name: str = "Tess", **known: Any) -> Person:
    return Person(id=known.pop("id", 1), name=name, **known)


@pytest.mark.parametrize(
    ("known", "job", "points", "whys"),
    [
        ({}, JOB, 20, [Why.SKILL_UNKNOWN]),
        ({"finished": {("screen", "smartphone"): 3}}, JOB, 26, [Why.FINISHED]),
        ({"finished": {("screen", "smartphone"): 500}}, JOB, 36, [Why.FINISHED]),
        ({"finished": {("screen", "tablet"): 500}}, JOB, 20, [Why.SKILL_UNKNOWN]),  # another kind of device
        ({"skills": {("screen", "smartphone"): Level.LEARNING}}, JOB, 12, [Why.SKILL_STORED]),
        ({"skills": {("screen", ""): Level.ABLE}}, JOB, 28, [Why.SKILL_STORED]),
        ({"skills": {("", "smartphone"): Level.EXPERT}}, JOB, 36, [Why.SKILL_STORED]),
        ({"skills": {("", ""): Level.ABLE}}, JOB, 28, [Why.SKILL_STORED]),
        # The narrowest counts: service and kind, service, kind, everything.
        ({"skills": {("screen", "smartphone"): Level.LEARNING, ("screen", ""): Level.EXPERT}}, JOB, 12, [Why.SKILL_STORED]),
        ({"skills": {("screen", ""): Level.LEARNING, ("", "smartphone"): Level.EXPERT}}, JOB, 12, [Why.SKILL_STORED]),
        ({"skills": {("screen", ""): Level.EXPERT}, "finished": {("screen", "smartphone"): 9}}, JOB, 40,
         [Why.SKILL_STORED, Why.FINISHED]),
        ({"skills": {("screen", ""): Level.NONE}, "finished": {("screen", "smartphone"): 9}}, JOB, 0,
         [Why.SKILL_STORED, Why.FINISHED]),
        # Of several services the weakest counts, because one person does them all.
        ({"skills": {("screen", ""): Level.EXPERT, ("board", ""): Level.LEARNING}},
         Job("RT-2", "laptop", ("screen", "board")), 12, [Why.SKILL_STORED]),
        ({"skills": {("", "laptop"): Level.EXPERT}}, Job("RT-2", "laptop", ()), 36, [Why.SKILL_STORED]),
    ],
)  # fmt: skip
def test_skill_counts_forty(known: dict[str, Any], job: Job, points: int, whys: list[Why]) -> None:
    part = scoring.score(person(**known), job, capacity=600).skill
    assert (part.points, part.most, [one.why for one in part.reasons]) == (points, 40, whys)


@pytest.mark.parametrize(
    ("assigned", "capacity", "points", "why"),
    [
        (0, 1080, 30, Why.LOAD), (540, 1080, 15, Why.LOAD), (1080, 1080, 0, Why.LOAD), (5000, 1080, 0, Why.LOAD),
        (90, 0, 15, Why.LOAD_UNKNOWN),
    ],
)  # fmt: skip
def test_load_counts_thirty(assigned: int, capacity: int, points: int, why: Why) -> None:
    part = scoring.score(person(assigned_minutes=assigned), JOB, capacity=capacity).load
    assert (part.points, part.most, part.reasons[0].why) == (points, 30, why)


@pytest.mark.parametrize(
    ("right", "done", "points", "why"),
    [
        (0, 0, 10, Why.RECORD_UNKNOWN), (4, 4, 10, Why.RECORD_UNKNOWN), (0, 4, 10, Why.RECORD_UNKNOWN),
        (5, 5, 20, Why.RECORD), (9, 10, 18, Why.RECORD), (0, 5, 0, Why.RECORD),
    ],
)  # fmt: skip
def test_record_counts_twenty(right: int, done: int, points: int, why: Why) -> None:
    part = scoring.score(person(right=right, done=done), JOB, capacity=600).record
    assert (part.points, part.most, part.reasons[0].why) == (points, 20, why)


@pytest.mark.parametrize(
    ("known", "points", "why"),
    [
        ({}, 5, Why.NOT_SEEN),
        ({"seen_today": True}, 10, Why.FREE),
        ({"seen_today": True, "busy_on": "RT-9"}, 3, Why.ON_ANOTHER),
        ({"busy_on": "RT-1"}, 10, Why.ON_THIS),
    ],
)
def test_availability_counts_ten(known: dict[str, Any], points: int, why: Why) -> None:
    part = scoring.score(person(**known), JOB, capacity=600).availability
    assert (part.points, part.most, part.reasons[0].why) == (points, 10, why)


def test_the_parts_make_a_hundred_and_nobody_known_is_average() -> None:
    best = person(
        skills={("screen", ""): Level.EXPERT}, finished={("screen", "smartphone"): 9}, right=9, done=9, seen_today=True
    )
    assert scoring.score(best, JOB, capacity=600).points == 100
    stranger = scoring.score(person(), JOB, capacity=0)
    assert stranger.points == 50
    assert scoring.SKILL + scoring.LOAD + scoring.RECORD + scoring.AVAILABILITY == 100


def test_who_does_not_do_it_comes_last_whatever_else_speaks_for_them() -> None:
    never = person("Ann", id=1, skills={("screen", ""): Level.NONE}, right=9, done=9, seen_today=True)
    busy = person("Bea", id=2, assigned_minutes=9999, right=0, done=9, busy_on="RT-9")
    found = scoring.best_for(JOB, [never, busy], capacity=600)
    assert [(one.name, points.unfit) for one, points in found] == [("Bea", False), ("Ann", True)]
    assert found[0][1].points < found[1][1].points


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        ({}, ()),
        ({"due_at": NOW - timedelta(minutes=1)}, (Press.LATE,)),
        ({"due_at": NOW + timedelta(minutes=60)}, (Press.DUE_SOON,)),
        ({"due_at": NOW + timedelta(hours=8)}, (Press.DUE_TODAY,)),
        ({"due_at": NOW + timedelta(hours=9)}, ()),
        ({"due_at": NOW - timedelta(minutes=1), "ready_by": NOW - timedelta(minutes=1)}, (Press.PROMISE_LATE,)),
        ({"urgency": "same_day"}, (Press.SAME_DAY,)),
        ({"urgency": "priority", "due_at": NOW - timedelta(days=1)}, (Press.LATE, Press.PRIORITY)),
        ({"yours": True}, (Press.YOURS,)),
        ({"yours": True, "paused": True}, (Press.PAUSED,)),
    ],
)
def test_what_presses(waiting: dict[str, Any], expected: tuple[Press, ...]) -> None:
    assert scoring.presses(Waiting(JOB, **waiting), NOW) == expected


def test_the_next_job_is_what_presses_and_fits() -> None:
    tess = person(skills={("screen", ""): Level.EXPERT, ("board", ""): Level.NONE})

    def waiting(code: str, service: str, **more: Any) -> Waiting:
        return Waiting(Job(code, "smartphone", (service,)), capacity=600, **more)

    found = scoring.next_jobs(
        tess,
        [
            waiting("RT-D", "battery"),
            waiting("RT-C", "screen"),
            waiting("RT-E", "board", urgency="same_day", due_at=NOW - timedelta(days=1)),  # late, but not for her
            waiting("RT-B", "battery", urgency="same_day"),
            waiting("RT-A", "screen", due_at=NOW - timedelta(hours=1)),
            waiting("RT-F", "battery", due_at=NOW + timedelta(days=2)),  # as RT-D, but due at all
        ],
        now=NOW,
    )
    assert [one.waiting.job.code for one in found] == ["RT-A", "RT-B", "RT-C", "RT-F", "RT-D", "RT-E"]


def phone(shop: Location, **fields: Any) -> Repair:
    customer = make_customer()
    model = DeviceModel.objects.first() or make_device_model("iPhone 13")
    device = make_device(customer, model=model)
    return make_repair(location=shop, customer=customer, device=device, **fields)


def finished(shop: Location, technician: User, *, failed: bool = False, back: bool = False, days: int = 3) -> Repair:
    at = clock.now() - timedelta(days=days)
    repair = phone(shop, status=s.COMPLETED, outcome=Outcome.REPAIRED, completed_at=at)
    for _visit in range(2 if failed else 1):
        StageRun.objects.create(
            repair=repair, stage=4, status=s.REPAIR_WORK, started_at=at, ended_at=at, technician=technician
        )
    if failed:
        QualityCheck.objects.create(repair=repair, passed=False, by_label="Mona")
    if back:
        phone(shop, returned_from=repair, status=s.COMPLETED, outcome=Outcome.REPAIRED, completed_at=at)
    return repair


def test_facts_come_from_rows(shop: Location, tess: User, mona: User) -> None:
    for _number in range(3):
        finished(shop, tess)
    finished(shop, tess, failed=True)
    finished(shop, tess, back=True)
    finished(shop, tess, days=400)  # too long ago
    finished(shop, mona)
    phone(shop, assigned_to=tess, status=s.DIAGNOSIS)  # 240 minutes by default
    bench = phone(shop, assigned_to=tess, status=s.REPAIR_WORK, bench_minutes=100)
    TimeEntry.objects.create(
        repair=bench, technician=tess, status=s.REPAIR_WORK, started_at=NOW, ended_at=NOW, ended=Ended.BY_HAND,
        minutes=30,
    )  # fmt: skip
    phone(shop, assigned_to=tess, status=s.PARTS_ORDERING)  # not on her bench
    TechnicianSkill.objects.create(technician=tess, service_key="screen", level=Level.ABLE)
    known, other = facts.people([tess, mona], shop)
    assert known.finished == {("", "smartphone"): 5, ("screen", "smartphone"): 5}
    assert (known.right, known.done) == (3, 5)
    assert known.assigned_minutes == 240 + 70
    assert known.skills == {("screen", ""): Level.ABLE}
    assert (other.right, other.done, other.assigned_minutes, other.skills) == (1, 1, 0, {})


def test_who_is_there_is_known_from_the_clocks_of_today(shop: Location, tess: User, mona: User, olga: User) -> None:
    repair = phone(shop, status=s.DIAGNOSIS)
    with clock.frozen(NOW):
        TimeEntry.objects.create(
            repair=repair, technician=tess, status=s.DIAGNOSIS, started_at=NOW - timedelta(hours=1),
            ended_at=NOW, ended=Ended.STOPPED, minutes=60,
        )  # fmt: skip
        TimeEntry.objects.create(repair=repair, technician=mona, status=s.DIAGNOSIS, started_at=NOW)
        TimeEntry.objects.create(
            repair=repair, technician=olga, status=s.DIAGNOSIS, started_at=NOW - timedelta(days=1),
            ended_at=NOW - timedelta(days=1), ended=Ended.STOPPED,
        )  # fmt: skip
        found = facts.people([tess, mona, olga], shop)
    assert [(one.seen_today, one.busy_on) for one in found] == [(True, ""), (True, repair.code), (False, "")]


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        (NOW, 1080),
        (NOW - timedelta(days=1), 1080),  # Sunday: Monday and Tuesday
        (NOW - timedelta(days=2), 1080),  # Saturday and Monday
    ],
)
def test_capacity_is_two_open_days(now: datetime, minutes: int, shop: Location) -> None:
    with clock.frozen(now):
        assert facts.capacity(Calendar.of(shop)) == minutes


def test_next_jobs_leave_out_what_waits_and_what_is_a_colleagues(
    shop: Location, manchester: Location, tess: User, mona: User, actor: As
) -> None:
    mine = phone(shop, status=s.REPAIR_WORK, assigned_to=tess)
    free = phone(shop, status=s.DIAGNOSIS)
    check = phone(shop, status=s.QUALITY_CHECK, assigned_to=mona)
    own_check = phone(shop, status=s.QUALITY_CHECK, assigned_to=tess)
    StageRun.objects.create(repair=own_check, stage=4, status=s.REPAIR_WORK, started_at=NOW, technician=tess)
    phone(shop, status=s.REPAIR_WORK, assigned_to=mona)
    phone(shop, status=s.AWAITING_APPROVAL, assigned_to=tess)
    phone(shop, status=s.PARTS_ORDERING, assigned_to=tess)
    phone(shop, status="booked")
    phone(manchester, status=s.DIAGNOSIS)
    busy = phone(shop, status=s.FINAL_TESTING)
    TimeEntry.objects.create(repair=busy, technician=mona, status=s.FINAL_TESTING)
    found = queries.next_for(actor(tess))
    assert {job.repair.code for job in found.jobs} == {mine.code, free.code, check.code}
    assert found.jobs[0].repair.code == mine.code
    assert found.waiting == 2


def test_own_work_is_checked_by_who_is_alone(shop: Location, tess: User, actor: As) -> None:
    repair = phone(shop, status=s.QUALITY_CHECK, assigned_to=tess)
    StageRun.objects.create(repair=repair, stage=4, status=s.REPAIR_WORK, started_at=NOW, technician=tess)
    assert [job.repair.code for job in queries.next_for(actor(tess)).jobs] == [repair.code]


def test_as_many_queries_for_many_as_for_one(shop: Location, tess: User, mona: User, actor: As) -> None:
    def add(number: int) -> Repair:
        for _one in range(number):
            finished(shop, tess)
            technician = make_staff(TECHNICIAN, at=shop)
            TechnicianSkill.objects.create(technician=technician, level=Level.ABLE)
            repair = phone(shop, status=s.DIAGNOSIS, assigned_to=None)
            phone(shop, status=s.REPAIR_WORK, assigned_to=technician)
        return repair

    def asked(repair: Repair) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as for_repair:
            queries.technicians_for(Repair.objects.select_related("location", "device").get(pk=repair.pk))
        by = actor(tess)
        with CaptureQueriesContext(connection) as for_tess:
            queries.next_for(by)
        return len(for_repair), len(for_tess)

    few = asked(add(1))
    assert asked(add(12)) == few
    assert few[0] <= 12
    assert few[1] <= 13


@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_only_who_assigns_edits_skills(
    who: str, tess: User, request: pytest.FixtureRequest, actor: As, sign_in: SignIn
) -> None:
    user = request.getfixturevalue(who)
    with pytest.raises(Denied):
        actions.set_skill(tess.pk, service_key="", category="", level=3, by=actor(user))
    assert sign_in(user).get(reverse("repairs:skills")).status_code == 403
    assert sign_in(user).post(reverse("repairs:skills_of", args=[tess.pk]), {"level": 3}).status_code == 403
    assert not TechnicianSkill.objects.exists()
    assert not EventRecord.objects.exists()


def test_a_manager_reaches_technicians_of_their_location_only(
    shop: Location, manchester: Location, mona: User, olga: User, actor: As
) -> None:
    away = make_staff(TECHNICIAN, at=manchester)
    with pytest.raises(NotFound):
        actions.set_skill(away.pk, service_key="", category="", level=3, by=actor(mona))
    actions.set_skill(away.pk, service_key="", category="", level=3, by=actor(olga))
    assert TechnicianSkill.objects.get().technician_id == away.pk


def test_skills_are_set_changed_and_taken_back(shop: Location, tess: User, mona: User, actor: As) -> None:
    make_service("screen")
    by = actor(mona)
    for level in (1, 3, 3, None, None):
        actions.set_skill(tess.pk, service_key="screen", category="laptop", level=level, by=by)
    assert not TechnicianSkill.objects.exists()
    payloads = [row.payload for row in EventRecord.objects.filter(name="user.skill_changed").order_by("pk")]
    assert [(one["before"], one["after"]) for one in payloads] == [(None, 1), (1, 3), (3, None)]
    for wrong in ({"service_key": "nonsense"}, {"category": "toaster"}, {"level": 9}):
        with pytest.raises(Invalid):
            actions.set_skill(tess.pk, **{"service_key": "", "category": "", "level": 2, **wrong}, by=by)  # type: ignore[arg-type]


def test_the_pages(shop: Location, tess: User, mona: User, sign_in: SignIn) -> None:
    make_service("screen")
    name = Service.objects.get(key="screen").name
    repair = phone(shop, status=s.DIAGNOSIS, urgency="same_day")
    manager = sign_in(mona)
    page = reverse("repairs:skills_of", args=[tess.pk])
    assert "nothing stored yet" in manager.get(reverse("repairs:skills")).content.decode()
    assert manager.post(page, {"service_key": "nonsense", "level": 3}).status_code == 422
    assert manager.post(page, {"service_key": "screen", "category": "", "level": 3})["Location"] == page
    assert "Helps others with it" in manager.get(page).content.decode()
    show = manager.get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert "Suggested:" in show
    assert f"{name}: Helps others with it" in show
    compare = reverse("repairs:technicians", args=[repair.code])
    body = manager.get(compare).content.decode()
    assert "Tess" in body
    assert "Too few finished repairs to judge (0 of 5)" in body
    assert sign_in(tess).get(compare).status_code == 403
    assert "Suggested:" not in sign_in(tess).get(reverse("repairs:show", args=[repair.code])).content.decode()
    mine = sign_in(tess).get(reverse("repairs:queue"), {"whose": "mine"}).content.decode()
    assert "Suggested next" in mine
    assert repair.code in mine
    row = TechnicianSkill.objects.get()
    assert manager.post(reverse("repairs:skill_removal", args=[tess.pk, row.pk]))["Location"] == page
    assert manager.post(reverse("repairs:skill_removal", args=[tess.pk, row.pk]))["Location"] == page
    assert not TechnicianSkill.objects.exists()


def test_an_empty_bench_says_so(shop: Location, tess: User, fred: User, sign_in: SignIn) -> None:
    mine = {"whose": "mine"}
    assert "Nothing can be worked on now" in sign_in(tess).get(reverse("repairs:queue"), mine).content.decode()
    assert "Suggested next" not in sign_in(fred).get(reverse("repairs:queue"), mine).content.decode()
