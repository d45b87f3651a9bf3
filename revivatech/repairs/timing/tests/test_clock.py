"""Time on the job: one clock a person, and what stops it by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.accounts.permissions import TECHNICIAN
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound, Problem
from revivatech.repairs import actions
from revivatech.repairs.models import Repair, TimeCorrection, TimeEntry
from revivatech.repairs.tests.test_moves import at
from revivatech.repairs.timing import actions as timing
from revivatech.repairs.timing import queries
from revivatech.repairs.timing.models import Ended
from revivatech.repairs.timing.problems import (
    ClockNotRunning,
    NoWorkHere,
)
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair, make_staff

from .fixtures import MONDAY, job, later

__all__ = ["job"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def names() -> list[str]:
    return list(EventRecord.objects.order_by("pk").values_list("name", flat=True))


def test_start_pause_go_on_stop(job: Repair, tess: User, actor: As) -> None:
    by = actor(tess)
    with clock.frozen(MONDAY):
        timing.start(job.code, by=by)
        assert timing.start(job.code, by=by).pk == TimeEntry.objects.get().pk  # twice is once
    with clock.frozen(later(20.4)):
        assert queries.sheet(job, by).total == 20
        timing.end(job.code, Ended.PAUSED, by=by)
        assert queries.sheet(job, by).resumes
    with clock.frozen(later(60)):
        timing.start(job.code, by=by)
    with clock.frozen(later(75.5)):
        timing.end(job.code, Ended.STOPPED, by=by)
        with pytest.raises(ClockNotRunning):
            timing.end(job.code, Ended.STOPPED, by=by)
        sheet = queries.sheet(job, by)
    assert [(row.status.key, row.technician, row.minutes) for row in sheet.rows] == [("repair_work", "Tess", 36)]
    assert (sheet.total, sheet.resumes, sheet.mine) == (36, False, None)
    assert names() == [
        "repair.assigned", "repair.clock_started", "repair.clock_ended", "repair.clock_started", "repair.clock_ended",
    ]  # fmt: skip
    job.refresh_from_db()
    assert job.assigned_to_id == tess.pk


def test_another_job_pauses_the_first(job: Repair, shop: Location, tess: User, actor: As) -> None:
    other = make_repair(location=shop, status="diagnosis")
    with clock.frozen(MONDAY):
        timing.start(other.code, by=actor(tess))
    with clock.frozen(later(7)):
        timing.start(job.code, by=actor(tess))
    first, second = TimeEntry.objects.order_by("pk")
    assert (first.repair_id, first.ended, first.minutes) == (other.pk, Ended.SWITCHED, 7)
    assert (second.repair_id, second.is_running) == (job.pk, True)


def test_the_database_allows_one_running_clock_a_person(job: Repair, tess: User) -> None:
    TimeEntry.objects.create(repair=job, technician=tess, status="repair_work")
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeEntry.objects.create(repair=job, technician=tess, status="repair_work")


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("repair_work", lambda code, by: actions.move(code, "quality_check", by=by)),
        ("repair_work", lambda code, by: actions.propose_price(code, pence=900, finding="More is broken", by=by)),
        ("repair_work", lambda code, by: actions.mark_ready(code, outcome="not_repairable", summary="Gone", by=by)),
        ("quality_check", lambda code, by: actions.fail_check(code, reason="Dust", by=by)),
        ("diagnosis", lambda code, by: actions.cancel(code, reason="Changed their mind", by=by)),
        ("diagnosis", lambda code, by: actions.assign(code, None, by=by)),
    ],
)
def test_what_stops_a_clock_by_itself(
    status: str, verb: Callable[[str, Actor], object], shop: Location, tess: User, mona: User, actor: As
) -> None:
    repair = make_repair(location=shop, status=status, agreed_pence=100, assigned_to=tess, price={"total_pence": 100})
    with clock.frozen(MONDAY):
        timing.start(repair.code, by=actor(tess))
    with clock.frozen(later(12)):
        verb(repair.code, actor(mona))
    entry = TimeEntry.objects.get()
    assert (entry.ended, entry.minutes, entry.status) == (
        Ended.REASSIGNED if "assign" in verb.__code__.co_names else Ended.MOVED,
        12,
        status,
    )
    assert "repair.clock_ended" in names()


def test_a_refused_move_leaves_the_clock_running(job: Repair, tess: User, actor: As) -> None:
    timing.start(job.code, by=actor(tess))
    with pytest.raises(Problem):
        actions.move(job.code, "final_testing", by=actor(tess))
    assert TimeEntry.objects.get().is_running


@pytest.mark.parametrize("status", ["booked", "awaiting_approval", "ready_for_pickup", "completed", "cancelled"])
def test_no_clock_where_nobody_works(status: str, shop: Location, tess: User, actor: As) -> None:
    repair = at(status, shop)
    with pytest.raises(NoWorkHere):
        timing.start(repair.code, by=actor(tess))
    assert not TimeEntry.objects.exists()
    assert names() == []


@pytest.mark.parametrize(
    ("who", "verb", "status"),
    [
        ("tess", "start", 403), ("fred", "start", 403), ("eve", "start", 404), ("alice", "start", 404),
        ("tess", "stop", 403), ("fred", "stop", 403), ("eve", "stop", 404),
        ("tess", "correct", 403), ("fred", "correct", 403), ("eve", "correct", 404),
        ("tess", "add", 403), ("fred", "add", 403), ("eve", "add", 404),
        ("mona", "stop", 0), ("mona", "correct", 0), ("mona", "add", 0), ("olga", "correct", 0),
    ],
)  # fmt: skip
def test_who_may_touch_the_time_of_a_colleague(
    who: str, verb: str, status: int, shop: Location, request: pytest.FixtureRequest, actor: As
) -> None:
    toni = make_staff(TECHNICIAN, at=shop, name="Toni")
    repair = make_repair(location=shop, status="repair_work", agreed_pence=100, assigned_to=toni)
    entry = TimeEntry.objects.create(repair=repair, technician=toni, status="repair_work")
    if verb == "correct":
        TimeEntry.objects.update(ended_at=clock.now(), ended=Ended.STOPPED, minutes=9)
    by = actor(request.getfixturevalue(who))
    verbs: dict[str, Callable[[], object]] = {
        "start": lambda: timing.start(repair.code, by=by),
        "stop": lambda: timing.end(repair.code, Ended.STOPPED, by=by, technician_id=toni.pk),
        "correct": lambda: timing.correct(repair.code, entry.pk, 5, before=9, reason="Lunch", by=by),
        "add": lambda: timing.add(repair.code, 5, status="diagnosis", reason="Forgot", by=by, technician_id=toni.pk),
    }
    before = list(TimeEntry.objects.values())
    if status:
        with pytest.raises(Problem) as refused:
            verbs[verb]()
        assert refused.value.status == status
        assert (list(TimeEntry.objects.values()), names()) == (before, [])
    else:
        verbs[verb]()
        assert list(TimeEntry.objects.values()) != before
        assert len(names()) == 1


def test_nobody_reaches_the_time_of_another_location(manchester: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=manchester, status="repair_work")
    with pytest.raises(NotFound):
        timing.start(repair.code, by=actor(tess))
    with pytest.raises(NotFound):
        timing.add(repair.code, 5, status="diagnosis", reason="x", by=actor(tess))


def test_a_clock_makes_no_form_of_a_colleague_old(job: Repair, tess: User, mona: User, actor: As) -> None:
    Repair.objects.filter(pk=job.pk).update(assigned_to=tess)
    timing.start(job.code, by=actor(tess))
    actions.change_details(job.code, {"storage_place": "Shelf 1"}, by=actor(mona), version=job.version)


def test_the_customer_reads_nothing_of_it(
    shop: Location, alice: User, tess: User, actor: As, sign_in: SignIn, client: Client
) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    with clock.frozen(MONDAY):
        timing.start(repair.code, by=actor(tess))
    timing.add(repair.code, 5, status="diagnosis", reason="Unusual words", by=actor(tess))
    for answer in (
        client.get(reverse("repairs:track", args=[repair.token])),
        sign_in(alice).get(reverse("repairs:portal_track", args=[repair.code])),
    ):
        body = answer.content.decode()
        assert answer.status_code == 200
        assert "Clock" not in body
        assert "Unusual words" not in body
        assert "Tess" not in body
    staff = sign_in(tess).get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert "Clock of Tess started" in staff
    assert "Unusual words" in staff


def test_pages_and_buttons(job: Repair, tess: User, mona: User, fred: User, sign_in: SignIn) -> None:
    client, show = sign_in(tess), reverse("repairs:show", args=[job.code])
    assert "Start the clock" in client.get(show).content.decode()
    button = reverse("repairs:clock", args=[job.code])
    assert client.post(button, {"act": "start"})["Location"] == show
    assert "data-clock-since" in client.get(show).content.decode()
    assert client.post(button, {"act": "pause", "back": "queue"})["Location"] == reverse("repairs:queue")
    assert "Go on" in client.get(show).content.decode()
    assert client.post(button, {"act": "begin"}).status_code == 422
    page = reverse("repairs:time", args=[job.code])
    assert client.post(page, {"minutes": "x", "status": "diagnosis", "technician": tess.pk}).status_code == 422
    assert (
        client.post(page, {"minutes": 5, "status": "diagnosis", "technician": mona.pk, "reason": "x"}).status_code
        == 422
    )
    added = {"minutes": 5, "status": "diagnosis", "technician": tess.pk, "reason": "Forgot to start it"}
    assert client.post(page, added)["Location"] == page
    assert "Forgot to start it" in client.get(page).content.decode()
    entry = TimeEntry.objects.latest("pk")
    change = reverse("repairs:time_correction", args=[job.code, entry.pk])
    refused = client.post(change, {"minutes": 4, "before": 5, "reason": ""})
    assert refused.status_code == 422
    assert 'value="4"' in refused.content.decode()
    assert client.post(change, {"minutes": 4, "before": 5, "reason": "Counted wrong"})["Location"] == page
    assert sign_in(fred).get(page).status_code == 200
    assert "Add minutes" not in sign_in(fred).get(page).content.decode()
    assert sign_in(fred).post(button, {"act": "start"}).status_code == 403


def test_as_many_queries_for_many_entries_as_for_few(job: Repair, tess: User, mona: User, sign_in: SignIn) -> None:
    client, page = sign_in(mona), reverse("repairs:time", args=[job.code])

    def add(number: int) -> None:
        for _one in range(number):
            entry = TimeEntry.objects.create(
                repair=job, technician=tess, status="diagnosis", ended_at=clock.now() + timedelta(hours=1),
                ended=Ended.STOPPED, minutes=3,
            )  # fmt: skip
            TimeCorrection.objects.create(entry=entry, before=60, after=3, reason="x", by=mona, by_label="Mona")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_:
            assert client.get(page).status_code == 200
        return len(queries_)

    add(1)
    asked()
    few = asked()
    add(20)
    assert asked() == few


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_start_one_clock(shop: Location, tess: User, actor: As) -> None:
    repairs = [make_repair(location=shop, status="diagnosis") for _number in range(4)]
    barrier, by, problems = threading.Barrier(4), actor(tess), []

    def click(code: str) -> None:
        try:
            barrier.wait(timeout=10)
            timing.start(code, by=by)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[repair.code]) for repair in repairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert problems == []
    assert TimeEntry.objects.filter(ended_at__isnull=True).count() == 1
    assert TimeEntry.objects.filter(ended=Ended.SWITCHED).count() == 3


def test_the_system_has_no_clock(job: Repair) -> None:
    with pytest.raises(Denied):
        timing.start(job.code, by=system())
