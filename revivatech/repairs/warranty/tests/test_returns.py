"""Returns as linked repairs, what they cost, the life of a device, how often work comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.catalogue.pricing import DeviceAsk, IssueAsk, quote
from revivatech.platform import clock
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid, Problem
from revivatech.repairs import actions as repair_actions
from revivatech.repairs.models import Repair, WarrantyClaim, WarrantyReturn
from revivatech.repairs.problems import PriceNotAgreed, WrongStatus
from revivatech.repairs.warranty import actions, cover, queries
from revivatech.repairs.warranty.problems import AlreadyReturned, CauseMissing, NotCovered
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_device, make_repair

from .fixtures import NOON, complete, done, finish_return, line_of

__all__ = ["done"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def reopened(done: Repair, by: Actor, **more: Any) -> Repair:
    given: dict[str, Any] = {"lines": [line_of(done).pk], "fault": "The screen is dark again.", "by": by, **more}
    with clock.frozen(NOON + timedelta(days=30)):
        return actions.open_return(done.code, **given)


def test_a_return_is_a_linked_repair_free_of_charge(done: Repair, fred: User, actor: As) -> None:
    back = reopened(done, actor(fred), accessories="Case")
    assert (back.returned_from_id, back.agreed_pence, back.status) == (done.pk, 0, "initial_assessment")
    assert (back.device_id, back.customer_id, back.accessories) == (done.device_id, done.customer_id, "Case")
    row = WarrantyReturn.objects.get()
    assert (row.covered, row.reasons, row.original_id, row.cause) == (True, [], done.pk, "")
    opened = EventRecord.objects.get(name="repair.warranty_return_opened")
    assert (opened.subject_id, opened.payload["original_code"]) == (back.pk, done.code)
    told = EventRecord.objects.get(name="repair.returned_under_warranty")
    assert (told.subject_id, told.payload["return_code"]) == (done.pk, back.code)
    with pytest.raises(AlreadyReturned) as refused:
        reopened(done, actor(fred))
    assert refused.value.extra["return_code"] == back.code
    assert Repair.objects.count() == 2


REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("over", {"days_later": 91}, ["over"]),
    ("no line", {"lines": []}, ["no_work"]),
    ("another device", {"other_device": True}, ["other_device"]),
    ("both", {"days_later": 91, "other_device": True}, ["other_device", "over"]),
]


@pytest.mark.parametrize(("what", "case", "reasons"), REFUSED, ids=[row[0] for row in REFUSED])
def test_out_of_cover_needs_who_may_override_and_a_reason(
    what: str, case: dict[str, Any], reasons: list[str], done: Repair, fred: User, mona: User, actor: As
) -> None:
    device = make_device(done.customer).pk if case.get("other_device") else done.device_id
    given: dict[str, Any] = {
        "lines": case.get("lines", [line_of(done).pk]), "fault": "Dark again.", "device_id": device,
    }  # fmt: skip
    before = EventRecord.objects.count()
    with clock.frozen(NOON + timedelta(days=case.get("days_later", 1))):
        for by, why in ((actor(fred), ""), (actor(fred), "A regular"), (actor(mona), " ")):
            with pytest.raises(NotCovered) as refused:
                actions.open_return(done.code, by=by, accepted_reason=why, **given)
            assert refused.value.extra["reasons"] == reasons
        assert (Repair.objects.count(), EventRecord.objects.count()) == (1, before)
        back = actions.open_return(done.code, by=actor(mona), accepted_reason="A regular customer.", **given)
    row = WarrantyReturn.objects.get()
    assert (row.covered, row.reasons, row.accepted_by, row.accepted_reason) == (
        False, reasons, "Mona", "A regular customer.",
    )  # fmt: skip
    assert back.agreed_pence == 0


@pytest.mark.parametrize(
    ("who", "status"), [("tess", 403), ("alice", 403), ("bob", 404), ("eve", 404), ("fred", 200), ("olga", 200)]
)
def test_who_may_open_a_return(who: str, status: int, done: Repair, request: pytest.FixtureRequest, actor: As) -> None:
    by = actor(request.getfixturevalue(who))
    if status == 200:
        assert reopened(done, by).returned_from_id == done.pk
        return
    with pytest.raises(Problem) as refused:
        reopened(done, by)
    assert refused.value.status == status
    assert Repair.objects.count() == 1


@pytest.mark.parametrize("renews", [False, True])
def test_a_return_never_restarts_the_old_clock(renews: bool, done: Repair, mona: User, actor: As) -> None:
    """By choice only, and then as a row of the return's own; the old row is what it was in both cases."""
    old = line_of(done)
    back = reopened(done, actor(mona))
    finish_return(back, actor(mona), renews=renews)
    before = (old.starts_on, old.ends_on, old.days)
    old.refresh_from_db()
    assert (old.starts_on, old.ends_on, old.days) == before == (date(2026, 3, 2), date(2026, 5, 31), 90)
    fresh = [(line.starts_on, line.ends_on, line.renewed_from_id) for line in back.warranty_lines.all()]
    assert fresh == ([(date(2026, 4, 11), date(2026, 7, 10), old.pk)] if renews else [])
    # Neither did the second visit: the old line still covers to its own last day.
    again = cover.check(done, [old], device_id=done.device_id, at=datetime(2026, 5, 31, 12, tzinfo=UTC))
    assert again.covered
    assert not cover.check(done, [old], device_id=done.device_id, at=datetime(2026, 6, 1, 12, tzinfo=UTC)).covered


def test_work_added_to_a_return_has_a_clock_of_its_own(done: Repair, mona: User, actor: As) -> None:
    make_service("battery", pence=8000)
    back = reopened(done, actor(mona))
    more = quote([DeviceAsk("laptop", issues=(IssueAsk("battery"),))], urgency="standard", handover="drop_off")
    Repair.objects.filter(pk=back.pk).update(price=more.as_json(), agreed_pence=more.total_pence)
    finish_return(back, actor(mona))
    assert [(line.service_key, line.ends_on) for line in back.warranty_lines.all()] == [("battery", date(2026, 7, 10))]


@pytest.mark.parametrize(
    ("cause", "accepted", "agreed"),
    [("part", False, 0), ("workmanship", False, 0), ("unknown", False, 0), ("other", False, None), ("other", True, 0)],
)
def test_the_cause_decides_who_pays(
    cause: str, accepted: bool, agreed: int | None, done: Repair, mona: User, actor: As
) -> None:
    back = reopened(done, actor(mona), **({"lines": [], "accepted_reason": "Goodwill"} if accepted else {}))
    Repair.objects.filter(pk=back.pk).update(status="diagnosis")
    actions.set_cause(back.code, cause=cause, note="It was dropped.", by=actor(mona))
    back.refresh_from_db()
    assert back.agreed_pence == agreed
    if agreed is None:
        with pytest.raises(PriceNotAgreed):
            repair_actions.move(back.code, "repair_work", by=actor(mona))
        actions.set_cause(back.code, cause="part", note="No, the part.", by=actor(mona))
        back.refresh_from_db()
        assert back.agreed_pence == 0
    repair_actions.move(back.code, "repair_work", by=actor(mona))


def test_a_price_agreed_meanwhile_stays(done: Repair, mona: User, actor: As) -> None:
    back = reopened(done, actor(mona))
    Repair.objects.filter(pk=back.pk).update(status="diagnosis", agreed_pence=5000)
    for cause in ("other", "part"):
        actions.set_cause(back.code, cause=cause, note="Second thoughts.", by=actor(mona))
        back.refresh_from_db()
        assert back.agreed_pence == 5000


def test_the_cause_is_asked_before_ready_and_renewing_of_a_manager(
    done: Repair, tess: User, mona: User, actor: As
) -> None:
    back = reopened(done, actor(mona))
    Repair.objects.filter(pk=back.pk).update(status="final_testing")
    with pytest.raises(CauseMissing):
        repair_actions.mark_ready(back.code, outcome="repaired", by=actor(tess))
    with pytest.raises(Problem) as refused:
        actions.set_cause(back.code, cause="part", note="", renews=True, by=actor(tess))
    assert refused.value.status == 403
    for wrong, note in (("ghosts", ""), ("other", " ")):
        with pytest.raises(Invalid):
            actions.set_cause(back.code, cause=wrong, note=note, by=actor(tess))
    assert WarrantyReturn.objects.get().cause == ""
    actions.set_cause(back.code, cause="workmanship", note="", by=actor(tess))
    assert repair_actions.mark_ready(back.code, outcome="repaired", by=actor(tess)).status == "ready_for_pickup"
    with pytest.raises(WrongStatus):
        actions.set_cause(done.code, cause="part", note="", by=actor(mona))


def test_a_claim_becomes_a_return_at_the_counter(done: Repair, fred: User, sign_in: SignIn) -> None:
    line = line_of(done)
    line.ends_on = clock.now().date() + timedelta(days=5)
    line.save()
    actions.claim(done.code, lines=[line.pk], fault="It is dark again.", how="link", by=by_link("repair", done.pk))
    client, page = sign_in(fred), reverse("repairs:change_return", args=[done.code])
    body = client.get(page).content.decode()
    assert "It is dark again." in body
    claim = WarrantyClaim.objects.get()
    data = {"claim": claim.pk, "lines": [line.pk], "fault": "It is dark again.", "same_device": "on"}
    assert client.post(page, {**data, "same_device": ""}).status_code == 422
    answer = client.post(page, data)
    back = Repair.objects.exclude(pk=done.pk).get()
    assert answer["Location"] == reverse("repairs:show", args=[back.code])
    claim.refresh_from_db()
    assert (claim.status, claim.opened_return_id) == ("accepted", back.warranty_return.pk)
    assert "Warranty return" in client.get(answer["Location"]).content.decode()
    assert client.post(page, {**data, "claim": ""}).status_code == 409


def test_out_of_cover_is_said_on_the_page(done: Repair, fred: User, mona: User, sign_in: SignIn) -> None:
    page = reverse("repairs:change_return", args=[done.code])
    data = {"lines": [line_of(done).pk], "fault": "It is dark again.", "same_device": "on"}
    refused = sign_in(fred).post(page, data)
    assert refused.status_code == 409
    assert "The warranty of this work is over." in refused.content.decode()
    assert "accepted_reason" not in refused.content.decode()
    assert "accepted_reason" in sign_in(mona).post(page, data).content.decode()
    assert sign_in(mona).post(page, {**data, "accepted_reason": "Goodwill"}).status_code == 302


def test_the_life_of_a_device_in_one_query(
    done: Repair, manchester: Location, alice: User, bob: User, fred: User, olga: User, sign_in: SignIn, actor: As
) -> None:
    device = done.device
    device.serial = "C02XYZ"
    device.save()
    now = make_repair(location=done.location, customer=alice.customer, device=device, status="diagnosis")
    sold = make_repair(
        location=done.location, customer=bob.customer, device=make_device(bob.customer, serial="c02xyz"),
        outcome="declined",
    )  # fmt: skip
    far = make_repair(location=manchester, customer=alice.customer, device=device)
    with clock.frozen(NOON + timedelta(days=10)):
        by = actor(fred)
        with CaptureQueriesContext(connection) as asked:
            life = queries.life_of(now, by)
        assert len(asked) == 1
        assert {one.repair.pk for one in life} == {done.pk, sold.pk}
        (first,) = [one for one in life if one.repair.pk == done.pk]
        assert (first.outcome, first.running) == ("Repaired", [("Screen", date(2026, 5, 31))])
    assert {one.repair.pk for one in queries.life_of(now, actor(olga))} == {done.pk, sold.pk, far.pk}
    assert [one.running for one in queries.life_of(now, actor(fred)) if one.repair.pk == done.pk] == [[]]
    assert {one.repair.pk for one in queries.life_of(now, actor(alice))} == {done.pk, far.pk}
    portal = sign_in(alice).get(reverse("repairs:portal_track", args=[now.code])).content.decode()
    assert done.code in portal
    assert sold.code not in portal
    assert done.code not in Client().get(reverse("repairs:track", args=[now.token])).content.decode()


def test_how_often_work_comes_back(shop: Location, manchester: Location, olga: User, actor: As) -> None:
    by = actor(olga)
    done = [complete(make_repair(location=shop), by) for _number in range(4)]
    complete(make_repair(location=manchester), by)
    complete(make_repair(location=shop, outcome="declined"), by)
    complete(make_repair(location=shop), by, at=NOON - timedelta(days=60))
    for repair, cause in zip(done, ("part", "workmanship", "other"), strict=False):
        finish_return(reopened(repair, by), by, cause=cause)
    finish_return(reopened(done[0], by), by, cause="part")  # twice, and counted once
    first, last = NOON - timedelta(days=1), NOON + timedelta(days=1)
    here = queries.rework(first, last, location_id=shop.pk)
    assert (here.completed, here.returned, here.rate_bp) == (4, 2, 5000)
    assert here.by_cause == {"part": 2, "workmanship": 1, "other": 1}
    everywhere = queries.rework(first, last)
    assert (everywhere.completed, everywhere.returned, everywhere.rate_bp) == (5, 2, 4000)
    assert queries.rework(last + timedelta(days=300), last + timedelta(days=301)).rate_bp == 0
