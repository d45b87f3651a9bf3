"""Two people, one repair, the same moment: on real connections with real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.repairs.problems import ChangedMeanwhile, WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]
Outcome = Repair | Exception


def at_once(*calls: Callable[[], Repair]) -> list[Outcome]:
    """Each call in a thread with a connection of its own, all let go together."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=10)
            answers[number] = calls[number]()
        except Exception as problem:
            answers[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_technicians_move_the_same_repair(shop: Location, tess: User, mona: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis", agreed_pence=15000)
    by = {"Tess": actor(tess), "Mona": actor(mona)}
    answers = at_once(
        lambda: actions.move(repair.code, "repair_work", by=by["Tess"], version=1),
        lambda: actions.move(repair.code, "parts_ordering", by=by["Mona"], version=1),
    )
    won = [answer for answer in answers if isinstance(answer, Repair)]
    lost = [answer for answer in answers if isinstance(answer, ChangedMeanwhile)]
    assert (len(won), len(lost)) == (1, 1), answers
    repair.refresh_from_db()
    winner, words = ("Tess", "Repair work") if answers[0] is won[0] else ("Mona", "Parts ordering")
    assert (repair.status, repair.version) == (won[0].status, 2)
    assert str(lost[0].detail) == (
        f"{winner} changed this repair meanwhile; it is now at “{words}”. Look again before you go on."
    )
    assert [event.actor_label for event in EventRecord.objects.all()] == [winner]
    assert repair.runs.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_version_the_state_machine_refuses_the_second(
    shop: Location, tess: User, mona: User, actor: As
) -> None:
    repair = make_repair(location=shop, status="final_testing", agreed_pence=15000)
    one, other = actor(tess), actor(mona)
    answers = at_once(
        lambda: actions.mark_ready(repair.code, outcome="repaired", by=one),
        lambda: actions.mark_ready(repair.code, outcome="repaired", by=other),
    )
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [WrongStatus]
    assert EventRecord.objects.filter(name="repair.ready").count() == 1


@pytest.mark.django_db(transaction=True)
def test_notes_at_once_all_arrive_in_order(shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    by = actor(tess)

    def write(number: int) -> Repair:
        actions.add_note(repair.code, body=f"Note {number}", for_customer=False, by=by)
        return repair

    answers = at_once(*[lambda number=number: write(number) for number in range(6)])
    assert answers == [repair] * 6
    assert sorted(note.body for note in repair.notes.all()) == [f"Note {number}" for number in range(6)]
    log = EventRecord.objects.filter(subject_kind="repair", subject_id=repair.pk)
    assert sorted(log.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    repair.refresh_from_db()
    assert repair.version == 7
