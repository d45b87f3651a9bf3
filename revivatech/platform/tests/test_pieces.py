"""Pieces of pages are made once for each set of what they show, and again for another."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils import translation

from revivatech.accounts.models import User
from revivatech.platform.web import pieces

TEMPLATE = """{% call same_for("test.piece", value, rows) %}{{ value }} {{ rows|length }} {{ _("Queue") }} {{ made() }}{% endcall %}"""


def test_a_piece_is_made_again_when_a_value_differs() -> None:
    times: list[int] = []

    def made() -> str:
        times.append(1)
        return str(len(times))

    page = engines["jinja2"].from_string(TEMPLATE)
    for _again in range(2):
        assert page.render({"value": "<b>", "rows": [1], "made": made}) == "&lt;b&gt; 1 Queue 1"
        assert page.render({"value": "<b>", "rows": [1, 2], "made": made}) == "&lt;b&gt; 2 Queue 2"
        with translation.override("pt"):
            assert page.render({"value": "<b>", "rows": [1], "made": made}) == "&lt;b&gt; 1 Fila 3"


def test_what_does_not_say_what_it_shows_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    page = engines["jinja2"].from_string(TEMPLATE)
    for value in (User(pk=1), object()):
        with pytest.raises(TypeError):
            page.render({"value": value, "rows": [], "made": str})
    monkeypatch.setattr(pieces, "MOST", 1)
    for value in "abc":
        assert page.render({"value": value, "rows": [], "made": str}).startswith(value)
