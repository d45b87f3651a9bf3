"""Notes between shifts: what goes with them, who reads them, until when they show, the history by key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.repairs import statuses as s
from revivatech.repairs.models import ShiftAcknowledgement, ShiftNote, TimeEntry
from revivatech.repairs.shifts import actions, facts, queries
from revivatech.repairs.shifts.problems import OwnNote, ReadAlready
from revivatech.repairs.timing import actions as timing
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]

NOW = datetime(2026, 11, 23, 17, 55, tzinfo=UTC)
BODY = "The iPhone on shelf 2 still needs its screws."


def leave(location: Location, by: Actor, body: str = BODY) -> ShiftNote:
    return actions.write(location.pk, body=body, by=by)


def test_the_bench_is_kept_as_it_was(shop: Location, manchester: Location, tess: User, mona: User, actor: As) -> None:
    due = make_repair(location=shop, status=s.REPAIR_WORK, ready_by=NOW + timedelta(hours=20), assigned_to=tess)
    overdue = make_repair(location=shop, status=s.DIAGNOSIS, ready_by=NOW - timedelta(days=3))
    make_repair(location=shop, status=s.DIAGNOSIS, ready_by=NOW + timedelta(days=3))
    make_repair(location=shop, status=s.READY_FOR_PICKUP, ready_by=NOW)
    make_repair(location=manchester, status=s.DIAGNOSIS, ready_by=NOW)
    with clock.frozen(NOW - timedelta(minutes=30)):
        timing.start(due.code, by=actor(tess))
    with clock.frozen(NOW):
        note = leave(shop, actor(mona))
        facts_ = queries.read(note.facts)
    assert {status.key: number for status, number in facts_.standing} == {
        s.DIAGNOSIS: 2, s.REPAIR_WORK: 1, s.READY_FOR_PICKUP: 1,
    }  # fmt: skip
    assert [(one.code, one.who) for one in facts_.promised] == [(overdue.code, ""), (due.code, "Tess")]
    assert facts_.clocks == [(due.code, "Tess", NOW - timedelta(minutes=30))]
    due.status = s.COMPLETED
    due.outcome, due.completed_at = "repaired", NOW
    due.save()
    assert queries.read(ShiftNote.objects.get().facts) == facts_


def test_more_promises_than_a_note_names_are_counted(shop: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST", 2)
    for _number in range(5):
        make_repair(location=shop, status=s.DIAGNOSIS, ready_by=clock.now())
    found = queries.read(facts.bench(shop))
    assert (len(found.promised), found.more_promised) == (2, 3)


def test_leaving_stops_the_clock_of_who_leaves(shop: Location, tess: User, mona: User, actor: As) -> None:
    one, other = (make_repair(location=shop, status=s.DIAGNOSIS) for _number in range(2))
    timing.start(one.code, by=actor(tess))
    timing.start(other.code, by=actor(mona))
    note = actions.write(shop.pk, body=BODY, stop_clock=True, by=actor(tess))
    assert [entry.technician_id for entry in TimeEntry.objects.filter(ended_at__isnull=True)] == [mona.pk]
    assert [code for code, _who, _since in queries.read(note.facts).clocks] == [other.code]
    leave(shop, actor(tess))  # without a clock there is nothing to stop
    assert list(EventRecord.objects.filter(subject_kind="shift_note").values_list("name", flat=True)) == [
        "shift_note.written", "shift_note.written",
    ]  # fmt: skip


def test_one_colleague_acknowledges_once(shop: Location, tess: User, mona: User, fred: User, actor: As) -> None:
    note = leave(shop, actor(tess))
    with pytest.raises(OwnNote):
        actions.acknowledge(note.pk, by=actor(tess))
    assert [row.pk for row in queries.unread(actor(fred))] == [note.pk]
    actions.acknowledge(note.pk, words="Thanks, done.", by=actor(fred))
    with pytest.raises(ReadAlready) as refused:
        actions.acknowledge(note.pk, by=actor(mona))
    assert "Fred" in str(refused.value.detail)
    assert queries.unread(actor(mona)) == []
    row = ShiftAcknowledgement.objects.get()
    assert (row.by_label, row.words) == ("Fred", "Thanks, done.")
    assert EventRecord.objects.latest("pk").name == "shift_note.acknowledged"


def test_who_is_alone_acknowledges_their_own(shop: Location, tess: User, actor: As) -> None:
    actions.acknowledge(leave(shop, actor(tess)).pk, by=actor(tess))
    assert ShiftAcknowledgement.objects.get().by_id == tess.pk


@pytest.mark.parametrize("who", ["alice", "eve"])
def test_customers_know_nothing_of_notes(
    who: str, shop: Location, tess: User, request: pytest.FixtureRequest, actor: As, sign_in: SignIn
) -> None:
    note = leave(shop, actor(tess))
    user = request.getfixturevalue(who)
    with pytest.raises(NotFound):
        actions.write(shop.pk, body=BODY, by=actor(user))
    with pytest.raises(NotFound):
        actions.acknowledge(note.pk, by=actor(user))
    for name, arguments in (("shifts", []), ("shift_new", []), ("shift", [note.pk])):
        assert sign_in(user).get(reverse(f"repairs:{name}", args=arguments)).status_code == 403
    assert (ShiftNote.objects.count(), ShiftAcknowledgement.objects.count()) == (1, 0)


def test_another_location_is_out_of_sight(
    shop: Location, manchester: Location, tess: User, olga: User, actor: As, sign_in: SignIn
) -> None:
    there = leave(manchester, actor(olga))
    assert queries.unread(actor(tess)) == []
    assert sign_in(tess).get(reverse("repairs:shift", args=[there.pk])).status_code == 404
    with pytest.raises(NotFound):
        actions.acknowledge(there.pk, by=actor(tess))
    with pytest.raises(NotFound):
        actions.write(manchester.pk, body=BODY, by=actor(tess))
    assert (ShiftNote.objects.count(), ShiftAcknowledgement.objects.count()) == (1, 0)


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001])
def test_a_note_says_something(body: str, shop: Location, tess: User, actor: As) -> None:
    with pytest.raises(Invalid):
        leave(shop, actor(tess), body)
    assert not ShiftNote.objects.exists()


def test_who_only_looks_writes_nothing(shop: Location, tess: User, actor: As) -> None:
    role = tess.memberships.get().role
    role.permissions = ["repairs.view"]
    role.save()
    with pytest.raises(Denied):
        leave(shop, actor(tess))
    assert not ShiftNote.objects.exists()


def test_it_shows_on_the_workbench_until_acknowledged(
    shop: Location, tess: User, fred: User, actor: As, sign_in: SignIn
) -> None:
    client, queue = sign_in(tess), reverse("repairs:queue")
    form = {"location": shop.pk, "body": BODY, "stop_clock": "on"}
    assert client.post(reverse("repairs:shift_new"), {**form, "body": " "}).status_code == 422
    written = client.post(reverse("repairs:shift_new"), form)
    note = ShiftNote.objects.get()
    assert written["Location"] == reverse("repairs:shift", args=[note.pk])
    assert "Waits for a colleague" in client.get(queue).content.decode()
    assert "until a colleague has acknowledged it" in client.get(written["Location"]).content.decode()
    reader = sign_in(fred)
    for address in (queue, reverse("repairs:queue_now")):
        body = reader.get(address).content.decode()
        assert BODY in body
        assert "I have read it" in body
    acknowledged = reverse("repairs:shift_acknowledgement", args=[note.pk])
    assert reader.post(acknowledged, {"back": "queue"})["Location"] == queue
    assert BODY not in reader.get(queue).content.decode()
    assert "Fred" in client.get(reverse("repairs:shift", args=[note.pk])).content.decode()
    assert reader.post(acknowledged)["Location"] == reverse("repairs:shift", args=[note.pk])
    assert ShiftAcknowledgement.objects.count() == 1


def test_the_history_by_key_in_a_fixed_number_of_queries(
    shop: Location, tess: User, mona: User, actor: As, sign_in: SignIn
) -> None:
    by = actor(tess)
    client, page = sign_in(mona), reverse("repairs:shifts")
    assert "No notes yet" in client.get(page).content.decode()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_:
            assert client.get(page).status_code == 200
        return len(queries_)

    notes = [leave(shop, by, f"Note {number}").pk for number in range(2)]
    few = asked()
    notes += [leave(shop, by, f"Note {number}").pk for number in range(2, 2 * queries.PAGE + 1)]
    ShiftAcknowledgement.objects.create(note_id=notes[-1], by=mona, by_label="Mona")
    assert asked() == few
    seen: list[int] = []
    key, sizes = "", []
    while True:
        rows, key = queries.page(by, before=key)
        seen += [row.pk for row in rows]
        sizes.append(len(rows))
        if not key:
            break
    assert sizes == [queries.PAGE, queries.PAGE, 1]
    assert seen == notes[::-1]
    for strange in ("x", "-1", "9" * 30, "٣"):
        assert client.get(page, {"before": strange}).status_code == 200
