"""Warranty clocks, returns as linked repairs, claims by customers, the life of a device, how often work comes back."""

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
from revivatech.repairs.models import Repair, WarrantyClaim, WarrantyLine, WarrantyReturn
from revivatech.repairs.problems import PriceNotAgreed, WrongStatus
from revivatech.repairs.warranty import actions, clocks, cover, queries
from revivatech.repairs.warranty.problems import AlreadyReturned, CauseMissing, ClaimWaiting, NotCovered
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_business, make_customer, make_device, make_location, make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def complete(repair: Repair, by: Actor, *, at: datetime = NOON) -> Repair:
    Repair.objects.filter(pk=repair.pk).update(status="ready_for_pickup", outcome=repair.outcome or "repaired")
    with clock.frozen(at):
        return repair_actions.hand_over(repair.code, received_by="Alice", method="collected", identity="name", by=by)


@pytest.fixture
def done(shop: Location, alice: User, fred: User, actor: As) -> Repair:
    """Alice's screen, 90 days from noon on 2 March 2026."""
    make_service("screen", pence=15000)
    repair = make_repair(location=shop, customer=alice.customer, services=["screen"], agreed_pence=15000)
    return complete(repair, actor(fred))


def line_of(repair: Repair) -> WarrantyLine:
    return repair.warranty_lines.get()


CLOCKS: list[tuple[str, str, str, int, str, str]] = [
    # what, zone, handed over (UTC), days, first day, last day
    ("ordinary", "Europe/London", "2026-03-02T12:00", 90, "2026-03-02", "2026-05-31"),
    ("clocks go forward in between", "Europe/London", "2026-03-28T12:00", 1, "2026-03-28", "2026-03-29"),
    ("clocks go back in between", "Europe/London", "2026-10-24T12:00", 2, "2026-10-24", "2026-10-26"),
    ("summer: late evening UTC is tomorrow", "Europe/London", "2026-06-30T23:30", 1, "2026-07-01", "2026-07-02"),
    ("winter: the same hour is today", "Europe/London", "2026-12-30T23:30", 1, "2026-12-30", "2026-12-31"),
    ("a leap year has its day", "Europe/London", "2028-02-28T12:00", 1, "2028-02-28", "2028-02-29"),
    ("a year from the leap day", "Europe/London", "2028-02-29T12:00", 365, "2028-02-29", "2029-02-28"),
    ("a year over a leap day", "Europe/London", "2027-03-01T12:00", 365, "2027-03-01", "2028-02-29"),
    ("over new year", "Europe/London", "2026-12-31T12:00", 1, "2026-12-31", "2027-01-01"),
    ("far east: already tomorrow", "Pacific/Kiritimati", "2026-03-02T12:00", 7, "2026-03-03", "2026-03-10"),
    ("far west: still yesterday", "Pacific/Pago_Pago", "2026-03-02T05:00", 7, "2026-03-01", "2026-03-08"),
    ("a day the zone skipped", "Pacific/Apia", "2011-12-29T20:00", 2, "2011-12-29", "2011-12-31"),
    ("longer than anybody means", "Europe/London", "2026-03-02T12:00", 99_999, "2026-03-02", "2126-02-06"),
]


@pytest.mark.parametrize(("what", "zone", "at", "days", "first", "last"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_clocks(
    what: str, zone: str, at: str, days: int, first: str, last: str, shop: Location, olga: User, actor: As
) -> None:
    make_business(warranty_days=days)
    place = make_location(zone_name=zone)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    repair = make_repair(location=place, services=["screen"], created_at=moment - timedelta(days=1))
    line = line_of(complete(repair, actor(olga), at=moment))
    assert (line.starts_on.isoformat(), line.ends_on.isoformat()) == (first, last)
    assert line.runs_on(line.starts_on)
    assert line.runs_on(line.ends_on)
    assert not line.runs_on(line.ends_on + timedelta(days=1))
    assert not line.runs_on(line.starts_on - timedelta(days=1))


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), True),
        (datetime(2026, 5, 31, 22, 59, 59, tzinfo=UTC), True),  # 23:59:59 in London, in summer time
        (datetime(2026, 5, 31, 23, 0, tzinfo=UTC), False),  # midnight there
        (datetime(2026, 6, 1, 12, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), False),  # before it began
    ],
)
def test_the_last_day_is_inside_until_midnight_at_the_location(at: datetime, covered: bool, done: Repair) -> None:
    found = cover.check(done, [line_of(done)], device_id=done.device_id, at=at)
    assert found.covered == covered


def test_each_line_has_its_own_clock(shop: Location, fred: User, actor: As) -> None:
    make_service("screen", pence=15000, qualities={"premium": 20000})
    make_service("battery", pence=8000)
    issues = (IssueAsk("screen", "premium"), IssueAsk("battery"), IssueAsk("diagnostic"))
    make_service("diagnostic", pence=4000)
    price = quote([DeviceAsk("laptop", issues=issues)], urgency="priority", handover="drop_off")
    repair = complete(make_repair(location=shop, price=price.as_json(), agreed_pence=price.total_pence), actor(fred))
    assert [(row.service_key, row.quality, row.days, row.ends_on) for row in repair.warranty_lines.all()] == [
        ("screen", "premium", 365, date(2027, 3, 2)),
        ("battery", "", 90, date(2026, 5, 31)),
    ]
    started = EventRecord.objects.get(name="repair.warranty_started")
    assert [line["days"] for line in started.payload["lines"]] == [365, 90]


@pytest.mark.parametrize("outcome", ["declined", "no_fault_found", "not_repairable"])
def test_no_repair_no_warranty(outcome: str, shop: Location, fred: User, actor: As) -> None:
    complete(make_repair(location=shop, outcome=outcome), actor(fred))
    assert not WarrantyLine.objects.exists()
    assert not EventRecord.objects.filter(name="repair.warranty_started").exists()


def test_a_source_above_is_believed(shop: Location, fred: User, actor: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "SOURCES", [lambda repair: None, lambda repair: [clocks.Work("Hinge", 7, "hinge")]])
    repair = complete(make_repair(location=shop), actor(fred))
    assert [(row.label, row.days) for row in repair.warranty_lines.all()] == [("Hinge", 7)]


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


def finish_return(back: Repair, by: Actor, *, cause: str = "part", renews: bool = False) -> Repair:
    Repair.objects.filter(pk=back.pk).update(status="diagnosis")
    actions.set_cause(back.code, cause=cause, note="Seen under the lamp.", renews=renews, by=by)
    return complete(back, by, at=NOON + timedelta(days=40))


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


@pytest.mark.parametrize("way", ["link", "portal"])
def test_a_customer_says_that_it_is_wrong_again(
    way: str, done: Repair, alice: User, fred: User, tess: User, sign_in: SignIn
) -> None:
    client = Client() if way == "link" else sign_in(alice)
    page, send = (
        (reverse("repairs:track", args=[done.token]), reverse("repairs:track_claim", args=[done.token]))
        if way == "link"
        else (reverse("repairs:portal_track", args=[done.code]), reverse("repairs:portal_claim", args=[done.code]))
    )
    shown = client.get(page).content.decode()
    assert "Our warranty" in shown
    assert "Consumer Rights Act 2015" in shown
    assert client.post(send, {"fault": "short"}, follow=True).status_code == 200
    assert not WarrantyClaim.objects.exists()
    line = line_of(done)
    client.post(send, {"fault": "The screen flickers <b>again</b>.", "lines": [line.pk]})
    claim = WarrantyClaim.objects.get()
    assert (claim.how, claim.status, list(claim.lines.all())) == (way, "open", [line])
    assert "Waiting for our answer" in client.get(page).content.decode()
    client.post(send, {"fault": "And once more, please."})
    assert WarrantyClaim.objects.count() == 1
    staff = sign_in(fred)
    waiting = staff.get(reverse("repairs:claims")).content.decode()
    assert done.code in waiting
    assert "flickers &lt;b&gt;again" in waiting
    assert sign_in(tess).get(reverse("repairs:claims")).status_code == 403
    staff.post(reverse("repairs:change_claim", args=[done.code]), {"claim": claim.pk, "answer": "Please restart it."})
    assert "Please restart it." in client.get(page).content.decode()
    assert done.code not in staff.get(reverse("repairs:claims")).content.decode()


def test_who_may_claim(done: Repair, bob: User, fred: User, actor: As) -> None:
    for by, status in ((actor(bob), 404), (by_link("repair", done.pk + 1), 404), (actor(fred), 403)):
        with pytest.raises(Problem) as refused:
            actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)
        assert refused.value.status == status
    assert not WarrantyClaim.objects.exists()
    by = by_link("repair", done.pk)
    with pytest.raises(Invalid):
        actions.claim(done.code, lines=[10**9], fault="It is dark again.", how="link", by=by)
    actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)
    with pytest.raises(ClaimWaiting):
        actions.claim(done.code, lines=[], fault="It is dark again.", how="link", by=by)


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


def test_the_rights_that_fit_are_shown(shop: Location, fred: User, actor: As, client: Client) -> None:
    firm = make_customer(is_business=True, company="Firm Ltd")
    for customer, words in ((make_customer(), "Consumer Rights Act 2015"), (firm, "The law of your country")):
        repair = complete(make_repair(location=shop, customer=customer), actor(fred))
        assert words in client.get(reverse("repairs:track", args=[repair.token])).content.decode()
        assert line_of(repair).rights_version == ("" if customer.is_business else "gb-2026-1")


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
