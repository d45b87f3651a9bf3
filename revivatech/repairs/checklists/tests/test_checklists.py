"""Lists at intake and at the final test, and the guard between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, NotFound, Problem
from revivatech.repairs import actions, timeline
from revivatech.repairs.checklists import actions as checklists
from revivatech.repairs.checklists import guard
from revivatech.repairs.checklists.actions import Found
from revivatech.repairs.models import ChecklistItem, ChecklistRun, Explanation, Repair, StageRun
from revivatech.repairs.problems import (
    FinalListMissing,
    TooLateForIntake,
    WorkedBefore,
    WrongStatus,
)
from revivatech.shop.models import Location

from .fixtures import phone, short_list

__all__ = ["short_list"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]

WORKS, FAILS, UNTESTED = "works", "fails", "could_not_test"


def answers(**states: str) -> dict[str, Found]:
    """`touch="works"`, the rest works; a colon adds a note."""
    chosen = {"touch": WORKS, "wi_fi": WORKS, "charging": WORKS, **states}
    return {key: Found(*value.split(":")) for key, value in chosen.items()}


def at_the_test(
    shop: Location, who: Actor, *, intake: dict[str, Found] | None, final: dict[str, Found] | None
) -> Repair:
    """A repair at the final test, with lists as given."""
    repair = phone(shop)
    if intake is not None:
        checklists.fill_in(repair.code, "intake", intake, by=who)
    now = clock.now()
    Repair.objects.filter(pk=repair.pk).update(status="final_testing", agreed_pence=100)
    StageRun.objects.create(repair=repair, stage=4, status="repair_work", started_at=now, ended_at=now)
    StageRun.objects.create(repair=repair, stage=6, status="final_testing", started_at=now)
    if final is not None:
        checklists.fill_in(repair.code, "exit", final, by=who)
    return repair


@pytest.mark.parametrize(
    ("before", "now", "blocks"),
    [
        (WORKS, WORKS, False),
        (WORKS, FAILS, True),
        (WORKS, f"{FAILS}:screen is off", True),  # a note is no explanation
        (WORKS, UNTESTED, True),
        (WORKS, f"{UNTESTED}:no SIM here", False),
        (WORKS, f"{UNTESTED}:  ", True),
        (FAILS, FAILS, False),
        (FAILS, WORKS, False),
        (FAILS, UNTESTED, False),
        (UNTESTED, FAILS, False),
        (UNTESTED, UNTESTED, False),
        (UNTESTED, WORKS, False),
    ],
)
def test_what_worked_must_work(before: str, now: str, blocks: bool, shop: Location, tess: User, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(touch=before), final=answers(touch=now))
    if not blocks:
        assert actions.mark_ready(repair.code, outcome="repaired", by=actor(tess)).status == "ready_for_pickup"
        return
    events = EventRecord.objects.count()
    with pytest.raises(WorkedBefore) as refused:
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    assert refused.value.extra == {"items": [{"key": "touch", "label": "Touch", "state": now.split(":")[0]}]}
    assert "Touch" in str(refused.value.detail)
    repair.refresh_from_db()
    assert (repair.status, repair.outcome) == ("final_testing", "")
    assert EventRecord.objects.count() == events


def test_without_a_list_from_intake_nothing_is_claimed(shop: Location, tess: User, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=None, final=answers(touch=FAILS))
    assert actions.mark_ready(repair.code, outcome="repaired", by=actor(tess)).status == "ready_for_pickup"


def test_a_list_from_intake_wants_a_final_one_newer_than_the_bench(shop: Location, tess: User, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=None)
    with pytest.raises(FinalListMissing):
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    checklists.fill_in(repair.code, "exit", answers(), by=actor(tess))
    actions.fail_check(repair.code, reason="Rattles", by=actor(tess))
    Repair.objects.filter(pk=repair.pk).update(status="final_testing")
    with pytest.raises(FinalListMissing):  # what was tested before it was opened again says nothing
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    checklists.fill_in(repair.code, "exit", answers(), by=actor(tess))
    assert actions.mark_ready(repair.code, outcome="repaired", by=actor(tess)).outcome == "repaired"


def test_a_new_final_list_after_the_repair_lets_it_go(shop: Location, tess: User, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=answers(wi_fi=FAILS))
    with pytest.raises(WorkedBefore):
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    checklists.fill_in(repair.code, "exit", answers(), by=actor(tess))
    assert actions.mark_ready(repair.code, outcome="repaired", by=actor(tess)).status == "ready_for_pickup"
    assert ChecklistRun.objects.filter(kind="exit").count() == 2  # the first stays as evidence


@pytest.mark.parametrize(
    ("who", "allowed"), [("mona", 0), ("olga", 0), ("tess", 403), ("fred", 403), ("alice", 404), ("eve", 404)]
)
def test_who_may_explain_a_difference(
    who: str, allowed: int, shop: Location, tess: User, request: pytest.FixtureRequest, actor: As
) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=answers(touch=FAILS))
    person = request.getfixturevalue(who)
    if allowed:
        with pytest.raises(Problem) as refused:
            checklists.explain(repair.code, {"touch": "It is old"}, by=actor(person))
        assert refused.value.status == allowed
        assert not Explanation.objects.exists()
        return
    checklists.explain(repair.code, {"touch": "Corner touch needs a new screen, customer declined"}, by=actor(person))
    assert actions.mark_ready(repair.code, outcome="repaired", by=actor(tess)).status == "ready_for_pickup"
    told = timeline.history(Repair.objects.get(pk=repair.pk), for_staff=False)
    line = next(words for _when, _who, words in told if "Corner touch" in words)
    assert line.startswith("Touch worked when it came in and does not now")


def test_only_what_is_different_is_explained_and_only_for_that_list(
    shop: Location, tess: User, mona: User, actor: As
) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=answers(touch=FAILS, wi_fi=FAILS))
    for nonsense in ({"charging": "x"}, {"touch": " "}, {}):
        with pytest.raises(Invalid):
            checklists.explain(repair.code, nonsense, by=actor(mona))
    checklists.explain(repair.code, {"touch": "Known"}, by=actor(mona))
    with pytest.raises(WorkedBefore) as refused:
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    assert [item["key"] for item in refused.value.extra["items"]] == ["wi_fi"]
    checklists.fill_in(repair.code, "exit", answers(touch=FAILS), by=actor(tess))
    with pytest.raises(WorkedBefore):  # a new list is judged anew
        actions.mark_ready(repair.code, outcome="repaired", by=actor(tess))
    rows = guard.compared(guard.intake_run(repair), guard.exit_run(repair))
    assert [(row.key, row.blocks, row.explanation) for row in rows if row.blocks] == [("touch", True, None)]


@pytest.mark.parametrize(
    ("who", "kind", "refused"),
    [
        ("fred", "intake", 0), ("tess", "intake", 0), ("mona", "intake", 0), ("olga", "intake", 0),
        ("alice", "intake", 403), ("eve", "intake", 404),
        ("tess", "exit", 0), ("mona", "exit", 0), ("olga", "exit", 0),
        ("fred", "exit", 403), ("alice", "exit", 403), ("eve", "exit", 404),
    ],
)  # fmt: skip
def test_who_may_go_through_a_list(
    who: str, kind: str, refused: int, shop: Location, alice: User, request: pytest.FixtureRequest, actor: As
) -> None:
    status = "initial_assessment" if kind == "intake" else "final_testing"
    repair = phone(shop, status, customer=alice.customer)
    person = actor(request.getfixturevalue(who))
    if refused:
        with pytest.raises(Problem) as problem:
            checklists.fill_in(repair.code, kind, answers(), by=person)
        assert problem.value.status == refused
        assert not ChecklistRun.objects.exists()
        assert not EventRecord.objects.exists()
        return
    run = checklists.fill_in(repair.code, kind, answers(touch=FAILS), by=person)
    assert (run.by_label, run.finished_at is not None) == (person.label, True)
    event = EventRecord.objects.get()
    assert (event.name, event.payload["works"], event.payload["fails"]) == ("repair.checklist_finished", 2, 1)


def test_every_line_is_answered_before_it_counts_and_a_half_list_is_kept(shop: Location, fred: User, actor: As) -> None:
    repair = phone(shop)
    half = {"touch": Found(WORKS)}
    with pytest.raises(Invalid) as refused:
        checklists.fill_in(repair.code, "intake", half, by=actor(fred))
    assert sorted(refused.value.errors) == ["item_charging", "item_wi_fi"]
    checklists.fill_in(repair.code, "intake", half, by=actor(fred), finish=False)
    assert guard.intake_run(repair) is None
    assert not EventRecord.objects.exists()
    kept = {line.key: line.state for line in checklists.questions(repair, "intake")}
    assert kept == {"touch": WORKS, "wi_fi": "", "charging": ""}
    checklists.fill_in(repair.code, "intake", answers(), by=actor(fred))
    assert ChecklistRun.objects.count() == 1


def test_how_it_came_in_is_not_decided_afterwards(shop: Location, tess: User, actor: As) -> None:
    repair = phone(shop, "diagnosis")
    checklists.fill_in(repair.code, "intake", answers(), by=actor(tess))
    checklists.fill_in(repair.code, "intake", answers(touch=FAILS), by=actor(tess))  # corrected in time
    assert ChecklistRun.objects.count() == 2
    for status in ("repair_work", "quality_check", "ready_for_pickup", "completed", "cancelled"):
        Repair.objects.filter(pk=repair.pk).update(status=status, outcome="repaired", completed_at=clock.now())
        with pytest.raises(TooLateForIntake):
            checklists.fill_in(repair.code, "intake", answers(), by=actor(tess))
    now = clock.now()
    StageRun.objects.create(repair=repair, stage=4, status="repair_work", started_at=now, ended_at=now)
    Repair.objects.filter(pk=repair.pk).update(status="parts_ordering")  # back from the bench for a part
    with pytest.raises(TooLateForIntake):
        checklists.fill_in(repair.code, "intake", answers(), by=actor(tess))
    with pytest.raises(WrongStatus):
        checklists.fill_in(repair.code, "exit", answers(), by=actor(tess))


def test_a_function_hidden_meanwhile_is_still_asked_at_the_end(shop: Location, tess: User, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=None)
    ChecklistItem.objects.filter(key="touch").update(active=False)
    ChecklistItem.objects.filter(key="wi_fi").update(label="Wireless network")
    lines = {line.key: line.label for line in checklists.questions(repair, "exit")}
    assert lines == {"touch": "Touch", "wi_fi": "Wi-Fi", "charging": "Charging"}  # the words of that day


def test_the_page_of_the_list_without_scripts(shop: Location, fred: User, sign_in: SignIn) -> None:
    repair = phone(shop)
    client, address = sign_in(fred), reverse("repairs:checks", args=[repair.code, "intake"])
    page = client.get(address).content.decode()
    assert "All work" in page
    everything = client.post(address, {"act": "all", "note_touch": "a <b>"})
    assert everything.status_code == 200  # nothing is stored: exceptions come next
    assert everything.content.decode().count('value="works" checked') == 3
    assert "a &lt;b&gt;" in everything.content.decode()
    refused = client.post(address, {"act": "finish", "state_touch": FAILS, "note_touch": "Dead corner"})
    assert refused.status_code == 422
    assert "Dead corner" in refused.content.decode()
    chosen = {f"state_{key}": WORKS for key in ("touch", "wi_fi", "charging")}
    done = client.post(address, {"act": "finish", **chosen, "state_touch": FAILS, "note_touch": "Dead corner"})
    assert done.status_code == 302
    assert {(row.key, row.state, row.note) for row in guard.intake_run(repair).results.all()} == {  # type: ignore[union-attr]
        ("touch", FAILS, "Dead corner"), ("wi_fi", WORKS, ""), ("charging", WORKS, ""),
    }  # fmt: skip
    shown = client.get(reverse("repairs:show", args=[repair.code])).content.decode()
    assert "2 of 3" in shown


def test_the_final_page_shows_both_and_a_manager_explains_there(
    shop: Location, tess: User, mona: User, sign_in: SignIn, actor: As
) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=answers(touch=FAILS))
    address = reverse("repairs:comparison", args=[repair.code])
    page = sign_in(tess).get(address).content.decode()
    assert "reason_touch" not in page
    assert "manager" in page
    client = sign_in(mona)
    assert "reason_touch" in client.get(address).content.decode()
    assert client.post(address, {"reason_touch": ""}).status_code == 422
    assert client.post(address, {"reason_touch": "Known"}).status_code == 302
    assert Explanation.objects.get().by_label == "Mona"
    blocked = sign_in(tess).post(
        reverse("repairs:change_readiness", args=[repair.code]),
        {"version": Repair.objects.get().version, "outcome": "repaired"},
    )
    assert blocked.status_code == 302


def test_readiness_says_on_the_page_what_is_in_the_way(shop: Location, tess: User, sign_in: SignIn, actor: As) -> None:
    repair = at_the_test(shop, actor(tess), intake=answers(), final=answers(touch=FAILS))
    answer = sign_in(tess).post(
        reverse("repairs:change_readiness", args=[repair.code]),
        {"version": Repair.objects.get().version, "outcome": "repaired"},
    )
    assert answer.status_code == 409
    assert "Worked at intake, not now: Touch" in answer.content.decode()


def test_outsiders_do_not_find_the_lists(
    shop: Location, manchester: Location, tess: User, alice: User, sign_in: SignIn, client: Client
) -> None:
    repair = phone(manchester)
    for address in (
        reverse("repairs:checks", args=[repair.code, "intake"]), reverse("repairs:comparison", args=[repair.code]),
    ):  # fmt: skip
        assert sign_in(tess).get(address).status_code == 404
        assert sign_in(tess).post(address, {}).status_code == 404
        assert sign_in(alice).get(address).status_code == 403
        assert client.get(address).status_code == 302
    assert not ChecklistRun.objects.exists()


def test_nobody_elses_repair(manchester: Location, tess: User, actor: As) -> None:
    with pytest.raises(NotFound):
        checklists.fill_in(phone(manchester).code, "intake", answers(), by=actor(tess))
