"""The workbench's navigation shows what exists and what the person may use, and marks the present page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from revivatech.platform.actors import Actor, Grant, staff, visitor
from revivatech.platform.ui.navigation import STAFF, link_to, public_navigation, staff_navigation


def links(path: str, actor: Actor) -> dict[str, bool]:
    """Labels shown, and whether each is the present page."""
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    return {str(link.label): link.current for _title, group in staff_navigation(request) for link in group}


def person(*permissions: str) -> Actor:
    return staff(1, "Tess", [Grant(frozenset(permissions), 1)], second_factor=True)


def test_visitor_is_shown_nothing_of_the_workbench() -> None:
    assert links("/", visitor()) == {}


def test_only_what_the_person_may() -> None:
    assert set(links("/workbench/", person("repairs.view"))) == {"Queue", "Board", "Quotes", "Shift notes"}
    assert set(links("/workbench/", person("shop.locations"))) == {"Settings"}


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/workbench/", ["Queue"]),
        ("/workbench/repairs/RT-7K2M9Q/", ["Queue"]),
        ("/workbench/board/", ["Board"]),
        ("/workbench/style/", []),
        ("/workbench/settings/mail/", ["Settings"]),
    ],
)
def test_present_page_is_marked_once(path: str, current: list[str]) -> None:
    shown = links(path, person("repairs.view", "shop.locations"))
    assert [label for label, here in shown.items() if here] == current


def test_address_that_nobody_answers_is_left_out() -> None:
    assert link_to("no_such:page") == ""
    assert link_to("site:home") == "/"


def test_every_item_leads_somewhere() -> None:
    """A name that no feature answers to would hide the item for good."""
    names = [item.url_name for _title, items in STAFF for item in items]
    assert [name for name in names if not link_to(name)] == []


def test_public_navigation_marks_the_present_page() -> None:
    request = RequestFactory().get(link_to("repairs:find"))
    assert [str(link.label) for link in public_navigation(request) if link.current] == ["Track my repair"]
