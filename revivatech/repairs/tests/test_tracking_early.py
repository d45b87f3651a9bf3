"""Tracking for programs, answered before anybody is asked who they are: the very answer that the long way gives."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from revivatech.repairs import statuses as s
from revivatech.repairs.api_schemas import TrackedOut
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.site import maintenance

from .test_moves import at

PROGRAM = Client()  # without a cookie, and with its middleware made once


def ask(token: str, client: Client | None = None, headers: Any = None) -> Any:
    return (client or PROGRAM).get(f"/api/v1/tracking/{token}", headers=headers or {})


@pytest.mark.parametrize("status", [s.REPAIR_WORK, s.COMPLETED])
def test_both_ways_answer_alike(status: str, shop: Location, settings: Any, django_assert_num_queries: Any) -> None:
    repair = at(status, shop)
    early, none = Client(), "0" * 32
    with django_assert_num_queries(1):
        short = ask(repair.token, early)
    lost = ask(none, early)
    settings.EARLY_ANSWERS = ()
    late = Client()
    for one, other in ((short, ask(repair.token, late)), (lost, ask(none, late))):
        assert (one.status_code, one.content) == (other.status_code, other.content)
        own = {"X-Request-ID"}
        assert {n: v for n, v in one.items() if n not in own} == {n: v for n, v in other.items() if n not in own}
    assert TrackedOut(**short.json()).model_dump(mode="json") == short.json()
    assert list(short.json()) == list(TrackedOut.model_fields)
    assert short["Cache-Control"] == "private, no-cache"


def test_it_is_as_the_row_is(shop: Location) -> None:
    repair = at(s.REPAIR_WORK, shop)
    before = ask(repair.token)
    same = ask(repair.token, headers={"If-None-Match": before["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", before["ETag"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE repairs_repair SET status = 'quality_check' WHERE id = %s", [repair.pk])
    after = ask(repair.token, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after.json()["status"], after.json()["stage"]) == (200, "quality_check", 5)
    told = ask(repair.token, headers={"Accept-Language": "pt"})
    assert told["Content-Language"] == "pt"
    assert told.json()["says"] != after.json()["says"]
    Repair.objects.filter(pk=repair.pk).delete()
    assert ask(repair.token).status_code == 404


def test_rules_of_the_long_way_hold(shop: Location, settings: Any, tmp_path: Any) -> None:
    token = at(s.REPAIR_WORK, shop).token
    assert ask(token, headers={"Authorization": "Bearer nothing"}).status_code == 401
    assert ask(token, headers={"Host": "evil.example"}).status_code == 400
    assert PROGRAM.get(f"/api/v1/tracking/{token}", query_params={"a": "b"}).content == ask(token).content
    assert PROGRAM.post(f"/api/v1/tracking/{token}").status_code == 405
    known = Client()
    known.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert ask(token, known).content == ask(token).content
    settings.DATA_DIR = tmp_path
    maintenance.path().write_text("Back at ten.", encoding="utf-8")
    assert ask(token).status_code == 503
