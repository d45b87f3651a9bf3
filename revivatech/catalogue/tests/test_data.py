from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent / "data"
COLUMNS = [
    "key", "category", "brand", "family", "name", "slug", "year", "released", "identifiers", "aliases",
    "support_end", "source", "licence", "confidence",
]  # fmt: skip
CATEGORIES = {"smartphone", "tablet", "laptop", "desktop", "console", "wearable"}
PERMISSIVE = {"MIT", "Apache-2.0", "CC BY 2.5", "US Government public data", "facts"}
REGULATORY = re.compile(
    r"(?:N\d\d[A-Z]\d+|[PWDT]\d{2,3}[A-Z]|HSN-\w+|TPC-\w+|MS-\w+|SM-[A-Z]\d+\w*|NP\d+\w+|XE\d+\w+|TB-\w+)"
)

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def devices() -> list[Row]:
    return read("devices.csv")


def squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("+", " plus "))


def repeated(values: list[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_columns_are_the_agreed_ones() -> None:
    with (DATA / "devices.csv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines)) == COLUMNS


def test_there_are_enough_models_in_a_small_file(devices: list[Row]) -> None:
    assert len(devices) >= 2500
    assert (DATA / "devices.csv").stat().st_size <= 1_500_000


def test_keys_and_slugs_are_unique(devices: list[Row]) -> None:
    assert repeated([row["key"] for row in devices]) == []
    assert repeated([(row["brand"], row["slug"]) for row in devices]) == []


def test_keys_and_slugs_are_url_safe(devices: list[Row]) -> None:
    part = r"[a-z0-9]+(-[a-z0-9]+)*"
    wrong = [row["key"] for row in devices if not re.fullmatch(f"{part}/{part}", row["key"])]
    assert wrong == []
    assert [row["key"] for row in devices if row["key"].split("/")[1] != row["slug"]] == []


def test_names_are_unique_within_a_brand(devices: list[Row]) -> None:
    assert repeated([(row["brand"], squash(row["name"])) for row in devices]) == []


def test_no_name_is_a_certification_code(devices: list[Row]) -> None:
    wrong = [
        row["name"]
        for row in devices
        if REGULATORY.fullmatch(row["name"])
        or re.match(r"\d\)", row["name"])
        or "regulatory model" in row["name"].lower()
        or row["name"] != row["name"].strip(" ,;")
        or "  " in row["name"]
    ]
    assert wrong == []


def test_no_name_repeats_its_brand_twice(devices: list[Row]) -> None:
    wrong = [r["name"] for r in devices if r["name"].lower().count(r["brand"].lower()) > 1 and len(r["brand"]) > 3]
    assert wrong == []


def test_every_row_is_placed(devices: list[Row]) -> None:
    assert {row["category"] for row in devices} == CATEGORIES
    assert [row["key"] for row in devices if not row["family"] or not row["brand"] or not row["name"]] == []


def test_years_and_dates(devices: list[Row]) -> None:
    assert {int(row["year"]) for row in devices} == set(range(2016, 2026))
    day = re.compile(r"\d{4}-\d{2}-\d{2}")
    for row in devices:
        assert not row["released"] or (day.fullmatch(row["released"]) and row["released"][:4] == row["year"]), row
        assert not row["support_end"] or day.fullmatch(row["support_end"]), row


def test_identifiers_look_like_identifiers(devices: list[Row]) -> None:
    code = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 .,()/+_-]{2,23}")
    wrong = [
        (row["key"], each)
        for row in devices
        for each in row["identifiers"].split("|")
        if each and not code.fullmatch(each)
    ]
    assert wrong == []


def test_aliases_are_lower_case_and_say_something(devices: list[Row]) -> None:
    wrong = [
        (row["key"], each)
        for row in devices
        for each in row["aliases"].split("|")
        if row["aliases"] and (len(each) < 2 or each.isdigit() or each != each.lower() or each != each.strip())
    ]
    assert wrong == []


def test_every_row_says_where_it_comes_from_and_may_be_shipped(devices: list[Row]) -> None:
    for row in devices:
        assert row["source"], row
        assert set(row["licence"].split("; ")) <= PERMISSIVE, row
        assert row["confidence"] in {"high", "medium", "low"}, row


def test_every_advertised_family_is_there_in_every_year_it_was_renewed(devices: list[Row]) -> None:
    have = {(row["brand"], row["family"], row["year"]) for row in devices}
    wanted = {(row["brand"], row["family"], year) for row in read("coverage.csv") for year in row["years"].split("|")}
    assert sorted(wanted - have) == []


def test_every_search_example_has_an_answer(devices: list[Row]) -> None:
    queries = read("search_queries.csv")
    keys = {row["key"] for row in devices}
    assert len(queries) >= 80
    assert repeated([row["query"] for row in queries]) == []
    assert [row for row in queries if not row["key"] or not set(row["key"].split("|")) <= keys] == []
