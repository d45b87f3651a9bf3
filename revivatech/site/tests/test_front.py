"""The public front: honest while the shop is closed, a search box and stored facts once it is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from django.test import Client

from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.tests.test_design import CODE, CSS, icons_in_sprite
from revivatech.repairs.statuses import STAGES, STATUSES
from revivatech.shop.models import Business, Location
from revivatech.site.queries import places, week_in_words

SignIn = Callable[[User], Client]
DESIGN = CODE.parent / "docs" / "develop" / "design.md"
SHARED = ("button", "field", "forced")  # their sheets hold rules for others too
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SUNDAY_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_fresh_shop_says_that_it_is_not_open(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "This shop is not open yet" in page
    assert 'type="search"' not in page
    assert Business.objects.get().opened_at is None


def test_open_shop_shows_stages_warranty_and_place(client: Client, shop: Location) -> None:
    response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "This shop is not open yet" not in page
    assert [str(stage.label) in page for stage in STAGES] == [True] * 7
    assert f"{Business.objects.get().warranty_days} days of warranty" in page
    assert shop.line1 in page
    assert shop.postcode in page


def test_inactive_location_is_not_shown(client: Client, shop: Location, manchester: Location) -> None:
    Location.objects.filter(pk=manchester.pk).update(active=False)
    page = client.get("/").content.decode()
    assert shop.line1 in page
    assert manchester.line1 not in page


def test_place_knows_whether_it_is_open(shop: Location) -> None:
    with clock.frozen(MONDAY_NOON):
        (monday,) = places()
    with clock.frozen(SUNDAY_NOON):
        (sunday,) = places()
    assert (monday.is_open, monday.changes_at) == (True, datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    assert (sunday.is_open, sunday.changes_at) == (False, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert monday.week == [("Mon–Sat", "09:00–18:00"), ("Sun", "closed")]


def test_home_asks_the_database_little(
    client: Client, shop: Location, manchester: Location, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client.get("/")  # what the overview pages share is gathered once a minute
    with django_assert_max_num_queries(11):  # type: ignore[attr-defined]
        client.get("/")


def test_week_with_a_break_and_an_odd_day() -> None:
    hours = {0: [(time(9), time(12)), (time(13), time(17))], 2: [(time(10), time(16))]}
    assert week_in_words(hours) == [
        ("Mon", "09:00–12:00, 13:00–17:00"),
        ("Tue", "closed"),
        ("Wed", "10:00–16:00"),
        ("Thu–Sun", "closed"),
    ]


def test_names_in_every_script_are_escaped(client: Client, shop: Location) -> None:
    Business.objects.update(name='<script>alert("x")</script> ورشة 🔧')
    page = client.get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; ورشة 🔧" in page


def test_robots_keep_out_of_private_pages(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /track/" in lines
    assert "Disallow: /workbench/" in lines


@pytest.mark.parametrize("path", ["/no-such-page/", "/workbench/no-such-page/"])
def test_missing_page_is_ours(client: Client, shop: Location, path: str) -> None:
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 404
    assert "We could not find that" in page
    assert response["X-Request-ID"] in page


def test_style_page_is_for_those_who_may_change_settings(
    client: Client, sign_in: SignIn, olga: User, tess: User, alice: User
) -> None:
    assert client.get("/workbench/style/").status_code == 302
    assert sign_in(alice).get("/workbench/style/").status_code == 403
    assert sign_in(tess).get("/workbench/style/").status_code == 403
    page = sign_in(olga).get("/workbench/style/?theme=dark")
    assert page.status_code == 200
    assert 'data-theme="dark"' in page.content.decode()
    assert "data-theme" not in sign_in(olga).get('/workbench/style/?theme="><script>').content.decode()


def test_every_component_has_its_states(sign_in: SignIn, olga: User) -> None:
    """The table of docs/develop/design.md: a rule in backticks is in the component's sheet, a shared one, or on the style page."""
    page = sign_in(olga).get("/workbench/style/").text
    head, _rule, *rows = re.findall(r"^\|.+\|$", DESIGN.read_text().partition("states\n")[2], re.MULTILINE)
    assert head.count("|") == 10
    assert len(rows) > 20
    shared = page + "".join(
        (CSS / name).read_text() for name in ("base.css", *(f"components/{name}.css" for name in SHARED))
    )
    for row in rows:
        component, sheet, *states = [cell.strip().strip("`") for cell in row.strip("|").split("|")]
        place = CSS / "components" / sheet if "/" not in sheet else CODE / f"repairs/static/{sheet.removeprefix('../')}"
        rules = shared + place.read_text()
        assert [state for state in states if state not in ("–", "") and state not in rules] == [], component


def test_status_icons_are_in_the_sprite() -> None:
    assert {status.icon for status in STATUSES.values()} - set(icons_in_sprite()) == set()


def test_warranty_page_holds_policy_words_and_rights(client: Client, shop: Location) -> None:
    page = client.get("/warranty/").text
    assert [words in page for words in ("90 days", "365 days", "What is covered", "Consumer Rights Act 2015")] == [
        True
    ] * 4
