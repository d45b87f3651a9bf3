"""What happens around the stages: assignment, notes, promises, corrections; and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem
from revivatech.repairs import actions
from revivatech.repairs.models import Note, Repair
from revivatech.repairs.problems import AssignedToSomebodyElse, ChangedMeanwhile, WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

from .test_moves import at

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("who", "to", "assigned", "allowed"),
    [
        ("mona", "tess", None, True),
        ("olga", "tess", None, True),
        ("mona", None, "tess", True),
        ("tess", "tess", None, True),  # takes what is nobody's
        ("tess", "tess", "mona", False),
        ("tess", "mona", None, False),
        ("tess", None, "tess", False),
        ("fred", "tess", None, False),
        ("alice", "tess", None, False),
        ("eve", "tess", None, False),
    ],
)
def test_who_may_assign(
    who: str, to: str | None, assigned: str | None, allowed: bool, shop: Location,
    request: pytest.FixtureRequest, actor: As,
) -> None:  # fmt: skip
    people = {name: request.getfixturevalue(name) for name in {who, "tess", "mona"} | ({to} if to else set())}
    holder = people[assigned] if assigned else None
    repair = make_repair(location=shop, status="diagnosis", assigned_to=holder)
    target = people[to].pk if to else None
    if allowed:
        actions.assign(repair.code, target, by=actor(people[who]))
        event = EventRecord.objects.get()
        assert (event.name, event.payload["before_id"], event.payload["after_id"]) == (
            "repair.assigned",
            holder.pk if holder else None,
            target,
        )
    else:
        with pytest.raises(Problem) as refused:
            actions.assign(repair.code, target, by=actor(people[who]))
        assert refused.value.status == (404 if who in {"alice", "eve"} else 403)
        assert not EventRecord.objects.exists()
    repair.refresh_from_db()
    assert repair.assigned_to_id == (target if allowed else holder.pk if holder else None)


def test_only_technicians_of_the_location_are_given_work(
    shop: Location, manchester: Location, fred: User, mona: User, tess: User, actor: As
) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    for nobody in (fred.pk, 0, 10**12):
        with pytest.raises(Invalid):
            actions.assign(repair.code, nobody, by=actor(mona))
    tess.is_active = False
    tess.save()
    with pytest.raises(Invalid):
        actions.assign(repair.code, tess.pk, by=actor(mona))
    closed = at("completed", shop)
    with pytest.raises(WrongStatus):
        actions.assign(closed.code, None, by=actor(mona))
    assert not EventRecord.objects.exists()


def test_a_colleagues_repair_is_left_alone_but_anybody_checks(
    shop: Location, tess: User, mona: User, actor: As
) -> None:
    repair = make_repair(location=shop, status="repair_work", agreed_pence=100, assigned_to=mona)
    with pytest.raises(AssignedToSomebodyElse) as refused:
        actions.move(repair.code, "quality_check", by=actor(tess))
    assert "Mona" in str(refused.value.detail)
    assert not EventRecord.objects.exists()
    Repair.objects.update(status="quality_check")
    moved = actions.move(repair.code, "final_testing", by=actor(tess))  # a second person checks
    assert (moved.status, moved.assigned_to_id) == ("final_testing", mona.pk)


def test_a_move_makes_a_free_repair_the_movers(shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status="initial_assessment")
    assert actions.move(repair.code, "diagnosis", by=actor(tess)).assigned_to_id == tess.pk


def test_internal_notes_never_reach_the_customer(
    shop: Location, tess: User, fred: User, alice: User, sign_in: SignIn, client: Client, actor: As
) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    actions.add_note(repair.code, body="Smells of beer", for_customer=False, by=actor(tess))
    actions.add_note(repair.code, body="Part ordered today", for_customer=True, by=actor(fred))
    actions.assign(repair.code, tess.pk, by=actor(tess))
    actions.change_details(repair.code, {"storage_place": "Shelf Z9"}, by=actor(fred))
    for_customer = [
        client.get(reverse("repairs:track", args=[repair.token])),
        client.get(reverse("repairs:track_now", args=[repair.token])),
        sign_in(alice).get(reverse("repairs:portal")),
        sign_in(alice).get(reverse("repairs:portal_track", args=[repair.code])),
        sign_in(alice).get(reverse("repairs:portal_track_now", args=[repair.code])),
    ]
    for answer in for_customer:
        body = answer.content.decode()
        assert answer.status_code == 200
        for secret in ("Smells of beer", "Shelf Z9", "Tess", "Assigned", "Corrected"):
            assert secret not in body
    assert "Part ordered today" in for_customer[0].content.decode()
    staff = sign_in(tess).get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert all(words in staff for words in ("Smells of beer", "Part ordered today", "Shelf Z9", "Assigned to Tess"))


@pytest.mark.parametrize(("who", "allowed"), [("tess", 1), ("fred", 1), ("mona", 1), ("alice", 0), ("eve", 0)])
def test_who_may_write_notes(
    who: str, allowed: bool, shop: Location, request: pytest.FixtureRequest, actor: As
) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    by = actor(request.getfixturevalue(who))
    if allowed:
        actions.add_note(repair.code, body=" Fine ", for_customer=False, by=by)
        assert Note.objects.get().body == "Fine"
    else:
        with pytest.raises(NotFound):
            actions.add_note(repair.code, body="Fine", for_customer=False, by=by)
        assert not Note.objects.exists()


def test_even_the_owner_of_a_repair_writes_no_staff_note(shop: Location, alice: User, actor: As) -> None:
    repair = make_repair(location=shop, customer=alice.customer, status="diagnosis")
    with pytest.raises(Denied):
        actions.add_note(repair.code, body="Hello", for_customer=True, by=actor(alice))
    assert not Note.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001])
def test_notes_say_something_and_not_too_much(body: str, shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    with pytest.raises(Invalid):
        actions.add_note(repair.code, body=body, for_customer=False, by=actor(tess))
    assert (Note.objects.count(), EventRecord.objects.count()) == (0, 0)


def test_a_promise_is_kept_until_the_work_takes_longer(shop: Location, tess: User, actor: As) -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    with clock.frozen(monday):
        repair = make_repair(location=shop, status="initial_assessment", agreed_pence=100)
        actions.move(repair.code, "diagnosis", by=actor(tess))
        promised = actions.promise(repair.code, monday + timedelta(days=4), reason="The part is slow.", by=actor(tess))
        assert promised.ready_by == monday + timedelta(days=4)
    event = EventRecord.objects.get(name="repair.ready_by_changed")
    assert event.payload["after"] == "2026-11-27T09:00:00+00:00"
    assert event.payload["reason"] == "The part is slow."
    with clock.frozen(monday + timedelta(hours=1)):  # the estimate says Tuesday; the customer was told Friday
        assert actions.move(repair.code, "repair_work", by=actor(tess)).ready_by == monday + timedelta(days=4)
    with clock.frozen(monday + timedelta(days=4)):  # Friday has come: an honest estimate beats a broken promise
        moved = actions.move(repair.code, "quality_check", by=actor(tess))
        assert moved.ready_by == datetime(2026, 11, 27, 14, tzinfo=UTC)
        assert actions.move(repair.code, "final_testing", by=actor(tess)).ready_by == datetime(
            2026, 11, 27, 12, tzinfo=UTC
        )


def test_promises_are_refused_without_reason_or_future(shop: Location, tess: User, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    soon = clock.now() + timedelta(days=1)
    for when, reason in ((clock.now() - timedelta(minutes=1), "Late"), (soon, "  ")):
        with pytest.raises(Invalid):
            actions.promise(repair.code, when, reason=reason, by=actor(tess))
    with pytest.raises(Denied):
        actions.promise(repair.code, soon, reason="Because", by=actor(fred))
    repair.refresh_from_db()
    assert (repair.ready_by, repair.version) == (None, 1)


def test_corrections_keep_before_and_after(shop: Location, fred: User, actor: As) -> None:
    repair = make_repair(location=shop, status="diagnosis", accessories="Charger")
    actions.change_details(repair.code, {"accessories": "Charger, case", "condition": ""}, by=actor(fred), version=1)
    assert EventRecord.objects.get().payload["changes"] == {"accessories": ["Charger", "Charger, case"]}
    for bad in ({"description": "short"}, {"storage_place": "x" * 61}):
        with pytest.raises(Invalid):
            actions.change_details(repair.code, bad, by=actor(fred))
    with pytest.raises(ChangedMeanwhile) as stale:
        actions.change_details(repair.code, {"condition": "Bent"}, by=actor(fred), version=1)
    assert str(stale.value.detail).startswith("Fred changed this repair meanwhile")
    assert EventRecord.objects.count() == 1


def test_the_log_counts_its_events(shop: Location, tess: User, fred: User, mona: User, actor: As) -> None:
    repair = make_repair(location=shop, agreed_pence=5000)
    code = repair.code
    actions.check_in(code, by=actor(fred), accessories="Charger")
    for after in ("diagnosis", "repair_work", "quality_check"):
        actions.move(code, after, by=actor(tess))
    actions.fail_check(code, reason="Loose screw.", by=actor(mona))
    for after in ("quality_check", "final_testing"):
        actions.move(code, after, by=actor(tess))
    actions.mark_ready(code, outcome="repaired", by=actor(tess))
    actions.hand_over(
        code, received_by="Alice", method="collected", identity="name", returned=["Charger"], by=actor(fred)
    )
    log = EventRecord.objects.filter(subject_kind="repair", subject_id=repair.pk).order_by("sequence")
    assert [(row.sequence, row.name, row.actor_label) for row in log] == [
        (1, "repair.received", "Fred"),
        (2, "repair.stage_changed", "Tess"),
        (3, "repair.stage_changed", "Tess"),
        (4, "repair.stage_changed", "Tess"),
        (5, "repair.check_failed", "Mona"),
        (6, "repair.stage_changed", "Tess"),
        (7, "repair.stage_changed", "Tess"),
        (8, "repair.ready", "Tess"),
        (9, "repair.completed", "Fred"),
        (10, "repair.warranty_started", "Fred"),
        (11, "repair.certificate_issued", "Fred"),
    ]
    runs = [(run.status, run.ended_at is not None) for run in repair.runs.all()]
    assert runs == [
        (key, True)
        for key in (
            "initial_assessment", "diagnosis", "repair_work", "quality_check", "repair_work", "quality_check",
            "final_testing", "ready_for_pickup",
        )
    ]  # fmt: skip
    repair.refresh_from_db()
    assert (repair.version, repair.handover.received_by, repair.handover.by_id) == (10, "Alice", fred.pk)
