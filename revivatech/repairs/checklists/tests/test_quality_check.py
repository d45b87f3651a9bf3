"""The second pair of eyes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Invalid
from revivatech.repairs import actions
from revivatech.repairs.models import QualityCheck, Repair, StageRun
from revivatech.repairs.problems import (
    SecondPersonNeeded,
)
from revivatech.shop.models import Location

from .fixtures import phone, short_list

__all__ = ["short_list"]

As = Callable[[User], Actor]


def checked_by(shop: Location, repairer: User) -> Repair:
    repair = phone(shop, "quality_check", agreed_pence=100, assigned_to=repairer)
    now = clock.now()
    StageRun.objects.create(
        repair=repair, stage=4, status="repair_work", started_at=now, ended_at=now, technician=repairer
    )
    StageRun.objects.create(repair=repair, stage=5, status="quality_check", started_at=now)
    return repair


def test_a_repairer_does_not_pass_their_own_work_while_a_colleague_could(
    shop: Location, tess: User, mona: User, actor: As
) -> None:
    repair = checked_by(shop, tess)
    with pytest.raises(SecondPersonNeeded):
        actions.move(repair.code, "final_testing", by=actor(tess))
    assert (Repair.objects.get().status, QualityCheck.objects.count(), EventRecord.objects.count()) == (
        "quality_check", 0, 0,
    )  # fmt: skip
    actions.move(repair.code, "final_testing", by=actor(mona), score=4, verdict="Neat, one smear")
    check = QualityCheck.objects.get()
    assert (check.passed, check.score, check.reason, check.by_label) == (True, 4, "Neat, one smear", "Mona")
    assert list(EventRecord.objects.values_list("name", flat=True).order_by("id")) == [
        "repair.quality_checked", "repair.stage_changed",
    ]  # fmt: skip


def test_alone_one_checks_ones_own_work(shop: Location, tess: User, olga: User, fred: User, actor: As) -> None:
    repair = checked_by(shop, tess)  # the owner need not come in for it, the front desk does not repair
    assert actions.move(repair.code, "final_testing", by=actor(tess)).status == "final_testing"


def test_a_suspended_colleague_does_not_count(shop: Location, tess: User, mona: User, actor: As) -> None:
    mona.is_active = False
    mona.save()
    assert actions.move(checked_by(shop, tess).code, "final_testing", by=actor(tess)).status == "final_testing"


def test_a_colleague_elsewhere_does_not_count(
    shop: Location, manchester: Location, tess: User, mona: User, actor: As
) -> None:
    mona.memberships.update(location=manchester)
    assert actions.move(checked_by(shop, tess).code, "final_testing", by=actor(tess)).status == "final_testing"


def test_failing_ones_own_work_is_always_possible(shop: Location, tess: User, mona: User, actor: As) -> None:
    repair = checked_by(shop, tess)
    assert actions.fail_check(repair.code, reason="Dust", by=actor(tess)).status == "repair_work"
    assert QualityCheck.objects.filter(passed=False, reason="Dust").count() == 1


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(score: int, shop: Location, tess: User, mona: User, actor: As) -> None:
    repair = checked_by(shop, tess)
    with pytest.raises(Invalid):
        actions.move(repair.code, "final_testing", by=actor(mona), score=score)
    assert not QualityCheck.objects.exists()
