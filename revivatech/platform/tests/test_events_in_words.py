"""What an event holds, said to staff: whatever was typed into it, the page that shows it stands."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from revivatech.platform.events.words import facts
from revivatech.platform.spoken import sentence, spoken

pytestmark = pytest.mark.django_db  # words of the owner's own are looked for


@pytest.mark.parametrize(
    "typed",
    [
        "2026-99-99",
        "2026-03-01T10:00 it flickers again",
        "9999-12-31T23:59:59-12:00",
        "Standard",
        '[["a",{"x":{"pence":"x","currency":"GBP"}}]]',
        '[["%(x)s",{"x":{"pence":"x","currency":"GBP"}}]]',
        '[["%(a)2000000s",{"a":"x"}]]',
        '[["%(a)s",{}]]',
        '[["a",' + "[" * 100_000,
        "[[7,[]]]",
    ],
)
@pytest.mark.parametrize("fact", ["fault", "text"])
def test_what_people_type_is_shown_as_typed(typed: str, fact: str) -> None:
    with override("pt"):
        ((_name, said),) = facts("no.such_event", {fact: typed}, zone="Europe/London")
    assert len(said) <= max(len(typed), 40)
    if fact == "fault":
        assert said == typed


def test_days_moments_rates_and_sentences_of_ours_are_said() -> None:
    held = {
        "due": "2026-03-01",
        "until": "2026-07-01T10:00:00+00:00",
        "vat_rate_bp": 1250,
        "label": sentence("%(service)s, %(quality)s part", service="Screen", quality="Standard"),
    }
    assert [said for _name, said in facts("no.such_event", held, zone="Europe/London")] == [
        "Sun 1 Mar 2026", "1 Jul 2026, 11:00", "12.5%", "Screen, Standard part",
    ]  # fmt: skip
    assert spoken('[["100%% of %(what)s",{"what":"it"}]]') == "100% of it"
