"""A quote over the API: begun, written down whole, sent complete or not at all, thrown away."""

from __future__ import annotations

from typing import Any

import pytest

from revivatech.accounts.models import User
from revivatech.quotes.models import Quote
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.api import as_person
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_repair

SCREEN = {"kind": "part", "label": "Screen", "unit_pence": 14900, "warranty_days": 90, "minutes": 45}
WHOLE = {
    "finding": "The glass is cracked.",
    "options": [
        {"title": "Original part", "recommended": True, "lines": [{**SCREEN, "unit_pence": 19900}]},
        {"title": "Standard part", "lines": [SCREEN]},
    ],
    "lines": [
        {"kind": "labour", "label": "Cleaning", "unit_pence": 1000, "quantity": 2},
        {"kind": "discount", "label": "Because you waited", "unit_pence": -500},
    ],
}  # fmt: skip


@pytest.fixture
def repair(shop: Location, alice: User) -> Repair:
    return make_repair(location=shop, customer=alice.customer, status="diagnosis", services=[])


def path(repair: Repair, part: str = "") -> str:
    return f"/api/v1/repairs/{repair.code}/quotes{part}"


def test_a_quote_is_written_and_sent(repair: Repair, tess: User, alice: User) -> None:
    api = as_person(tess)
    begun = api.post(path(repair))
    assert (begun.status_code, begun.json()["state"]) == (201, "draft")
    written = api.post(path(repair, "/draft"), {**WHOLE, "revision": begun.json()["revision"]})
    assert written.status_code == 200, written.content
    assert [option["total_pence"] for option in written.json()["options"]] == [21400, 16400]
    assert as_person(alice).get(path(repair)).json()["items"] == []
    old = api.post(path(repair, "/draft"), {**WHOLE, "revision": begun.json()["revision"]})
    assert (old.status_code, old.json()["code"]) == (409, "quote_draft_changed")
    seen = {"revision": written.json()["revision"]}
    version = api.get(f"/api/v1/repairs/{repair.code}").json()["version"]
    stale = api.post(path(repair, "/draft/sending"), {**seen, "repair_version": version + 1})
    assert (stale.status_code, Quote.objects.get().status) == (409, "draft")
    sent = api.post(path(repair, "/draft/sending"), {**seen, "repair_version": version})
    assert (sent.status_code, sent.json()["state"], sent.json()["revision"]) == (200, "open", None)
    assert (sent.json()["low_pence"], sent.json()["high_pence"]) == (16400, 21400)
    assert len(as_person(alice).get(path(repair)).json()["items"]) == 1
    repair.refresh_from_db()
    assert (repair.status, repair.proposed_pence) == ("awaiting_approval", 21400)


def test_services_are_priced_by_the_rules_and_half_a_quote_is_not_sent(repair: Repair, tess: User) -> None:
    make_service("battery", pence=8000)
    api = as_person(tess)
    draft = api.post(path(repair, "/draft"), {"services": ["battery"]}).json()
    assert [line["gross_pence"] for line in draft["lines"]] == [8000]
    version = api.get(f"/api/v1/repairs/{repair.code}").json()["version"]
    refused = api.post(path(repair, "/draft/sending"), {"revision": draft["revision"], "repair_version": version})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["finding"])
    assert api.post(path(repair, "/draft/removal")).status_code == 200
    assert Quote.objects.count() == 0
    assert api.post(path(repair, "/draft/removal")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"services": ["teleporting"]}, "services"),
        ({"lines": [{**SCREEN, "unit_pence": -1}]}, "unit_pence"),
        ({"lines": [{**SCREEN, "kind": "discount"}]}, "unit_pence"),
        ({"lines": [{"kind": "discount", "label": "Off", "unit_pence": -1, "optional": True}]}, "optional"),
        ({"options": [{"title": name, "recommended": True} for name in "AB"]}, "options"),
        ({"lines": [{**SCREEN, "cost_pence": 1}]}, "lines.0.cost_pence"),
        ({"status": "sent"}, "status"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(repair: Repair, tess: User, asked: Any, field: str) -> None:
    refused = as_person(tess).post(path(repair, "/draft"), asked)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, [field])
    assert Quote.objects.count() == 0


def test_quotes_are_made_by_the_bench_alone(repair: Repair, tess: User, alice: User, bob: User, eve: User) -> None:
    as_person(tess).post(path(repair))
    before = Quote.objects.values().get()
    sending = {"revision": before["revision"], "repair_version": repair.version}
    for who, starts, other in ((alice, 403, 404), (bob, 404, 404), (eve, 404, 404)):
        api = as_person(who)
        assert api.post(path(repair)).status_code == starts
        assert api.post(path(repair, "/draft"), WHOLE).status_code == starts
        assert api.post(path(repair, "/draft/removal")).status_code == other
        assert api.post(path(repair, "/draft/sending"), sending).status_code == other
    assert Quote.objects.values().get() == before
