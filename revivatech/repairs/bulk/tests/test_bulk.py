"""Several repairs at once: looked at first, each by its own rules, each with its own answer, taken back where honest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.repairs import actions
from revivatech.repairs.bulk import actions as bulk
from revivatech.repairs.jobs import forget_bulk_changes
from revivatech.repairs.models import BulkChange, Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_customer, make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def ticked(*repairs: Repair) -> list[bulk.Ticked]:
    return [bulk.Ticked(repair.code, repair.version) for repair in repairs]


@pytest.fixture
def four(shop: Location, manchester: Location, fred: User) -> list[Repair]:
    """One that may go to the bench, one without a price, one changed since, one of another shop."""
    fine = make_repair(location=shop, status="diagnosis", agreed_pence=100)
    unpriced = make_repair(location=shop, status="diagnosis")
    changed = make_repair(location=shop, status="diagnosis", agreed_pence=100)
    Repair.objects.filter(pk=changed.pk).update(version=5)
    return [fine, unpriced, changed, make_repair(location=manchester, status="diagnosis", agreed_pence=100)]


def test_a_look_changes_nothing_and_tells_the_truth(four: list[Repair], tess: User, actor: As) -> None:
    step = bulk.Step.read("move:repair_work")
    rows = bulk.forecast(step, ticked(*four), by=actor(tess))
    assert [bool(row.why) for row in rows] == [False, True, True, True]
    assert [row.told for row in rows] == ["Your device is on the bench.", "", "", ""]
    assert "price" in rows[1].why
    assert rows[3].repair is None
    assert (EventRecord.objects.count(), BulkChange.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert set(Repair.objects.values_list("status", flat=True)) == {"diagnosis"}
    done = bulk.apply(step, ticked(*four), key="k", by=actor(tess))
    assert [result["done"] for result in done.results] == [not row.why for row in rows]
    assert [result["why"] for result in done.results] == [row.why for row in rows]


def test_nobody_without_an_address_is_told(shop: Location, tess: User, actor: As) -> None:
    repair = make_repair(location=shop, status="initial_assessment", customer=make_customer(email=""))
    assert bulk.forecast(bulk.Step("move", "diagnosis"), ticked(repair), by=actor(tess))[0].told == ""


def test_each_is_whole_and_the_same_form_counts_once(four: list[Repair], tess: User, actor: As) -> None:
    step = bulk.Step("move", "repair_work")
    first = bulk.apply(step, ticked(*four), key="k", by=actor(tess))
    again = bulk.apply(step, ticked(*four), key="k", by=actor(tess))
    assert (again.pk, again.results) == (first.pk, first.results)
    fine, *others = four
    fine.refresh_from_db()
    assert (fine.status, fine.assigned_to, fine.version) == ("repair_work", tess, 2)
    for repair in others:
        repair.refresh_from_db()
        assert repair.status == "diagnosis"
    assert list(EventRecord.objects.filter(subject_kind="repair").values_list("name", "subject_id")) == [
        ("repair.stage_changed", fine.pk)
    ]
    with pytest.raises(Invalid):
        bulk.undo(first.pk, by=actor(tess))


def test_ready_is_as_repaired_and_only_from_the_last_test(shop: Location, tess: User, actor: As) -> None:
    tested, at_bench = (
        make_repair(location=shop, status=status, agreed_pence=1) for status in ("final_testing", "repair_work")
    )
    done = bulk.apply(bulk.Step.read("move:ready_for_pickup"), ticked(tested, at_bench), key="k", by=actor(tess))
    assert [result["done"] for result in done.results] == [True, False]
    tested.refresh_from_db()
    assert (tested.status, tested.outcome) == ("ready_for_pickup", "repaired")


STEPS = {"assign": ("assigned_to_id", "repair.assigned"), "priority": ("urgency", "repair.priority_changed")}


@pytest.mark.parametrize("kind", STEPS)
def test_what_can_be_taken_back_is(kind: str, shop: Location, tess: User, mona: User, actor: As) -> None:
    field, event = STEPS[kind]
    one, two, three = (make_repair(location=shop, status="diagnosis", agreed_pence=1) for _ in range(3))
    actions.assign(two.code, mona.pk, by=actor(mona))
    two.refresh_from_db()
    before = [getattr(row, field) for row in (one, two, three)]
    target = str(tess.pk) if kind == "assign" else "same_day"
    done = bulk.apply(bulk.Step(kind, target), ticked(one, two, three), key="k", by=actor(mona))
    assert [result["done"] for result in done.results] == [True] * 3
    actions.add_note(two.code, body="Still honest.", for_customer=False, by=actor(mona))
    if kind == "assign":
        actions.assign(three.code, None, by=actor(mona))
    else:
        actions.prioritise(three.code, "priority", by=actor(mona))
    three.refresh_from_db()
    kept = getattr(three, field)
    bulk.undo(done.pk, by=actor(mona))
    for row in (one, two, three):
        row.refresh_from_db()
    assert [getattr(row, field) for row in (one, two, three)] == [*before[:2], kept]
    done.refresh_from_db()
    assert [result["undone"] for result in done.results] == [
        "yes",
        "yes",
        "Somebody changed it since; it was left as it is.",
    ]
    assert EventRecord.objects.filter(name=event, subject_id=one.pk).count() == 2
    count = EventRecord.objects.count()
    bulk.undo(done.pk, by=actor(mona))
    assert EventRecord.objects.count() == count


@pytest.mark.parametrize("who", ["tess", "fred", "alice", "eve"])
def test_who_may(who: str, shop: Location, mona: User, actor: As, request: pytest.FixtureRequest) -> None:
    """Each repair's policy decides, whatever the form offers; another person's list is nobody's business."""
    repair = make_repair(location=shop, status="diagnosis", agreed_pence=1)
    by = actor(request.getfixturevalue(who))
    for step, allowed in {
        "move:repair_work": {"tess"},
        f"assign:{mona.pk}": set(),
        "priority:same_day": {"fred"},
    }.items():
        done = bulk.apply(bulk.Step.read(step), ticked(repair), key=step, by=by)
        assert done.results[0]["done"] is (who in allowed), step
        repair.refresh_from_db()
    theirs = bulk.apply(bulk.Step("priority", "standard"), ticked(repair), key="k", by=actor(mona))
    with pytest.raises(NotFound):
        bulk.undo(theirs.pk, by=by)


def test_what_cannot_be_asked(shop: Location, tess: User, actor: As) -> None:
    for text in ("", "move:", "move:cancelled", "move:completed", "priority:never", "assign:x", "delete:1"):
        with pytest.raises(Invalid):
            bulk.Step.read(text)
    for count in (0, bulk.MOST + 1):
        with pytest.raises(Invalid):
            bulk.apply(
                bulk.Step("move", "diagnosis"),
                [bulk.Ticked(f"RT-{n}", 1) for n in range(count)],
                key="k",
                by=actor(tess),
            )
    with pytest.raises(Denied):
        bulk.apply(bulk.Step("move", "diagnosis"), [bulk.Ticked("RT-1", 1)], key="k", by=Actor("visitor"))
    assert BulkChange.objects.count() == 0


def test_the_way_through_the_pages(four: list[Repair], mona: User, tess: User, sign_in: SignIn) -> None:
    fine, unpriced, _changed, _far = four
    client, here = sign_in(mona), reverse("repairs:bulk")
    for page in ("repairs:queue", "repairs:board"):
        body = client.get(reverse(page)).content.decode()
        assert f'value="{fine.code}:1"' in body
        assert f'value="assign:{tess.pk}"' in body
    boxes = [f"{fine.code}:1", f"{unpriced.code}:1"]
    look = client.post(here, {"repair": boxes, "step": "move:repair_work", "back": "/workbench/board/?whose=mine"})
    body = look.content.decode()
    assert "Nothing has been changed yet." in body
    assert "Your device is on the bench." in body
    assert "Left out" in body
    assert "Do it for 1 repair" in body
    key = body.partition('name="key" value="')[2].partition('"')[0]
    sure = {
        "repair": boxes[:1],
        "step": "move:repair_work",
        "sure": "1",
        "key": key,
        "back": "/workbench/board/?whose=mine",
    }
    answer = client.post(here, sure, follow=True).content.decode()
    assert "1 of 1 done." in answer
    assert 'href="/workbench/board/?whose=mine"' in answer
    assert ">Undo<" not in answer
    assigned = client.post(
        here, {"repair": [f"{unpriced.code}:1"], "step": f"assign:{tess.pk}", "sure": "1", "key": "2"}
    )
    change = BulkChange.objects.latest("pk")
    assert reverse("repairs:bulk_done", args=[change.pk]) in assigned["Location"]
    client.post(reverse("repairs:bulk_reversal", args=[change.pk]))
    unpriced.refresh_from_db()
    assert unpriced.assigned_to is None
    assert sign_in(tess).get(reverse("repairs:bulk_done", args=[change.pk])).status_code == 404


@pytest.mark.parametrize(
    "sent", [{}, {"repair": "RT-1"}, {"repair": "RT-1:x", "step": "move:diagnosis"}, {"repair": "RT-1:1", "step": "no"}]
)
def test_nonsense_is_sent_back_with_a_word(sent: dict[str, str], tess: User, sign_in: SignIn) -> None:
    answer = sign_in(tess).post(reverse("repairs:bulk"), {**sent, "back": "https://evil.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/workbench/")


def test_what_nobody_takes_back_any_more_is_forgotten(tess: User) -> None:
    old = BulkChange.objects.create(user=tess, key="old", step="assign", target="")
    new = BulkChange.objects.create(user=tess, key="new", step="assign", target="")
    BulkChange.objects.filter(pk=old.pk).update(at=clock.now() - timedelta(days=31))
    forget_bulk_changes(timestamp=0)
    assert list(BulkChange.objects.all()) == [new]
