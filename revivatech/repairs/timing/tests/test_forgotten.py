"""Until when a forgotten clock counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.repairs.models import Repair, TimeEntry
from revivatech.repairs.timing import actions as timing
from revivatech.repairs.timing import rules
from revivatech.repairs.timing.models import Ended
from revivatech.shop.hours import Calendar
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair

from .fixtures import MONDAY, job, later

__all__ = ["job"]

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("start", "end", "counted_until", "forgotten"),
    [
        ("10:00", "17:59", "17:59", False),
        ("10:00", "19:59", "19:59", False),  # finished the job after closing
        ("10:00", "20:01", "18:00", True),
        ("10:00", "33:00", "18:00", True),  # found the next morning
        ("08:00", "20:00", "20:00", False),
        ("18:30", "23:59", "23:59", False),  # began after closing
        ("18:30", "24:01", "18:30", True),  # began after closing and forgotten: nothing is made up
        ("23:30", "25:30", "25:30", False),
        ("-14:00", "-10:00", "-10:00", False),  # on a closed Sunday
        ("-14:00", "9:00", "-14:00", True),
    ],
)
def test_until_when_a_clock_counts(start: str, end: str, counted_until: str, forgotten: bool, shop: Location) -> None:
    def moment(text: str) -> datetime:
        hours, minutes = (int(part) for part in text.split(":"))
        return MONDAY.replace(hour=0) + timedelta(hours=hours, minutes=minutes)

    found = rules.end_of(moment(start), moment(end), Calendar.of(shop))
    assert found == (moment(counted_until), forgotten)


def test_a_forgotten_clock_ends_at_closing_time_and_says_so(
    job: Repair, tess: User, fred: User, mona: User, actor: As, sign_in: SignIn
) -> None:
    other = make_repair(location=job.location, status="diagnosis")
    with clock.frozen(MONDAY):
        timing.start(job.code, by=actor(tess))
        timing.start(other.code, by=actor(mona))
    with clock.frozen(later(9 * 60)):
        assert timing.end_forgotten() == 0
        timing.end(other.code, Ended.STOPPED, by=actor(mona))
    with clock.frozen(later(23 * 60)):
        assert timing.end_forgotten() == 1
        assert timing.end_forgotten() == 0
    entry = TimeEntry.objects.get(repair=job)
    assert (entry.ended, entry.minutes) == (Ended.FORGOTTEN, 8 * 60)
    assert TimeEntry.objects.get(repair=other).minutes == 9 * 60
    page = sign_in(fred).get(reverse("repairs:show", args=[job.code])).content.decode()
    assert "Forgotten clock" in page
    timing.correct(job.code, entry.pk, 90, before=480, reason="Went home at noon", by=actor(tess))
    assert "Forgotten clock" not in sign_in(fred).get(reverse("repairs:show", args=[job.code])).content.decode()
    assert "Forgotten clock" not in sign_in(fred).get(reverse("repairs:time", args=[job.code])).content.decode()


def test_a_late_click_counts_until_closing_time_too(job: Repair, tess: User, actor: As) -> None:
    with clock.frozen(MONDAY):
        timing.start(job.code, by=actor(tess))
    with clock.frozen(later(23 * 60)):
        timing.end(job.code, Ended.STOPPED, by=actor(tess))
    assert TimeEntry.objects.values_list("ended", "minutes").get() == (Ended.FORGOTTEN, 480)
