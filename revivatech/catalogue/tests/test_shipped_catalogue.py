"""The data file we ship, loaded for real: what people type finds the right model, and every advertised family is there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from revivatech.catalogue import loading
from revivatech.catalogue.models import Brand, CatalogueLoad, DeviceModel, Family, SearchTerm, Service
from revivatech.catalogue.search import Asked, search
from revivatech.platform.events.models import EventHead, EventRecord

DATA = Path(loading.__file__).parent / "data"
pytestmark = pytest.mark.django_db


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", autouse=True)
def shipped(django_db_setup: None, django_db_blocker: Any) -> Iterator[loading.Report]:
    """Loaded once for this file, committed, and taken away at its end."""
    with django_db_blocker.unblock():
        yield loading.load()
        for table in (SearchTerm, DeviceModel, Family, Brand, CatalogueLoad, Service):
            table._default_manager.all().delete()
        with connection.cursor() as cursor:  # the log refuses DELETE
            cursor.execute(f"TRUNCATE {EventRecord._meta.db_table}, {EventHead._meta.db_table} CASCADE")


def test_the_whole_file_is_loaded(shipped: loading.Report) -> None:
    assert shipped.added == len(rows_of("devices.csv")) == DeviceModel.objects.count()
    assert DeviceModel.objects.listed().count() >= 2500
    load = CatalogueLoad.objects.get()
    event = EventRecord.objects.filter(name="catalogue_load.finished", subject_id=load.pk).latest("pk")
    assert event.payload["added"] == load.added == shipped.added


def test_the_unchanged_file_is_not_read_again() -> None:
    report = loading.load()
    assert (report.skipped, report.added, report.updated) == (True, 0, 0)
    again = loading.load(force=True)
    assert (again.skipped, again.added, again.updated) == (False, 0, 0)


def test_what_people_type_finds_the_model() -> None:
    rows = rows_of("search_queries.csv")
    assert len(rows) >= 60
    first, missed = [], []
    for row in rows:
        wanted = set(row["key"].split("|"))
        found = [model.key for model in search(row["query"])]
        if found[:1] and found[0] in wanted:
            first.append(row["query"])
        if not wanted & set(found[:5]):
            missed.append(row["query"])
    assert len(first) / len(rows) >= 0.90, sorted({row["query"] for row in rows} - set(first))
    assert len(missed) / len(rows) <= 0.02, missed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("macbok air m1", "Apple MacBook Air 13-inch (M1, 2020)"),
        ("A2337", "Apple MacBook Air 13-inch (M1, 2020)"),
        ("sm g991", "Samsung Galaxy S21 5G"),
        ("ps5", "Sony PlayStation 5"),
        ("iphone13promax", "Apple iPhone 13 Pro Max"),
        ("my iPhone 13 screen is broken, repair", "Apple iPhone 13"),
        ("IPHONE 13", "Apple iPhone 13"),
    ],
)
def test_the_promised_searches_put_the_right_model_first(text: str, name: str) -> None:
    assert search(text)[0].full_name == name


@pytest.mark.parametrize(
    "text",
    ["", " ", "a", "%", "_", "'", "<script>alert(1)</script>", "📱📱📱", "هاتف", "\x00", "\x00\x00", "-*/", "zzqqxx"],
)  # fmt: skip
def test_nonsense_finds_nothing_and_breaks_nothing(text: str) -> None:
    assert search(text) == []


@pytest.mark.parametrize(
    "text", ["' OR 1=1; --", "'; DROP TABLE catalogue_searchterm; --", "%s %(x)s {0}", "\\", "iphone\x00 13"]
)
def test_code_in_the_text_is_only_text(text: str) -> None:
    assert len(search(text)) <= 8
    assert search("iphone 13")[0].full_name == "Apple iPhone 13"


def test_very_long_text_is_cut() -> None:
    assert search("iphone 13 pro max " + "x" * 100_000) == search(("iphone 13 pro max " + "x" * 200)[:120])
    assert search("iphone 13 pro max " * 30)[0].full_name == "Apple iPhone 13 Pro Max"


def test_the_emoji_beside_a_name_does_no_harm() -> None:
    assert search("📱 iphone 13 ٭")[0].full_name == "Apple iPhone 13"


def test_a_category_narrows_the_search() -> None:
    assert {model.category for model in search("galaxy s7", category="tablet")} == {"tablet"}


def test_one_query_brings_everything(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        names = [(model.full_name, model.family.name) for model in search("macbook air")]
    assert len(names) == 8


def test_the_search_reads_both_indexes_and_never_the_whole_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc, proconfig FROM pg_proc WHERE proname = 'catalogue_nearest_terms'")
        body, settings = cursor.fetchone()
        assert settings == ["enable_seqscan=off"]
        for text in ("macbok air m1", "ps5", "apple macbook pro 13 inch 2020 m1 space grey 256gb"):
            asked = Asked.of(text)
            assert asked is not None
            values: dict[str, str | int] = {
                "asked": asked.text,
                "run_together": asked.compact,
                "part": asked.compact,
                "only_category": "",
                "most": 80,
            }
            query = re.sub(r"\b(" + "|".join(values) + r")\b", r"%(\1)s", body.replace("%", "%%"))
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + query, values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Bitmap Index Scan on search_words_trgm" in plan
            assert "Bitmap Index Scan on search_compact_trgm" in plan
            assert "Seq Scan" not in plan


def test_every_advertised_family_is_there_for_every_year() -> None:
    stored = set(
        DeviceModel.objects.listed().filter(year__isnull=False).values_list("brand__name", "family__name", "year")
    )
    wanted = {
        (row["brand"], row["family"], int(year))
        for row in rows_of("coverage.csv")
        for year in row["years"].split("|")
        if year
    }
    assert wanted
    assert wanted - stored == set()
