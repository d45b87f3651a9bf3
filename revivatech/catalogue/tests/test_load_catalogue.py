"""Loading again and again: corrections come in, an owner's own work stays."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from revivatech.catalogue import actions
from revivatech.catalogue.loading import DataFileError, Report, load
from revivatech.catalogue.models import CatalogueLoad, DeviceModel, Service
from revivatech.catalogue.rows import COLUMNS, read_row
from revivatech.catalogue.search import search
from revivatech.platform.actors import system

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS)
S21 = "samsung/galaxy-s21,smartphone,Samsung,Galaxy S,Galaxy S21,galaxy-s21,2021,2021-01-29,SM-G991B|SM-G991U,s21,,maker,facts,high,"
S22 = "samsung/galaxy-s22,smartphone,Samsung,Galaxy S,Galaxy S22,galaxy-s22,2022,,SM-S901B,s22,,maker,facts,high,"
OWNER = system("Owner")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "devices.csv"
    write(path, S21, S22)
    return path


def write(path: Path, *rows: str) -> None:
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")


def test_added_then_unchanged_then_corrected(file: Path) -> None:
    assert load(file) == Report(added=2)
    assert load(file) == Report(kept=2, skipped=True)
    write(file, S21.replace("|SM-G991U", "|SM-G991N"), S22.replace("2022", "2023"))
    assert load(file) == Report(updated=2)
    model = DeviceModel.objects.get(key="samsung/galaxy-s21")
    assert list(model.identifiers.order_by("pk").values_list("value", flat=True)) == ["SM-G991B", "SM-G991N"]
    assert [found.key for found in search("sm-g991n")] == ["samsung/galaxy-s21"]
    assert search("sm-g991u")[:1] != [model]
    assert DeviceModel.objects.get(key="samsung/galaxy-s22").year == 2023
    assert CatalogueLoad.objects.count() == 2


def test_a_row_that_leaves_the_file_stays(file: Path) -> None:
    load(file)
    write(file, S22)
    assert load(file) == Report(kept=1)
    assert DeviceModel.objects.listed().count() == 2


def test_an_edited_row_is_never_overwritten(file: Path) -> None:
    load(file)
    model = DeviceModel.objects.get(key="samsung/galaxy-s21")
    row = read_row({"category": "smartphone", "brand": "Samsung", "family": "Galaxy S", "name": "Galaxy S21 (ours)"})
    actions.edit_model(model.pk, row, by=OWNER)
    write(file, S21.replace("2021,2021", "2020,2021"), S22)
    assert load(file) == Report(kept=2)
    model.refresh_from_db()
    assert (model.name, model.identifiers.count()) == ("Galaxy S21 (ours)", 0)


def test_hidden_and_merged_rows_stay_so(file: Path) -> None:
    load(file)
    first, second = DeviceModel.objects.order_by("key")
    actions.hide_model(second.pk, by=OWNER)
    write(file, S21, S22.replace("2022", "2023"))
    load(file)
    second.refresh_from_db()
    assert (second.hidden, second.year) == (True, 2023)
    assert search("galaxy s22") == [] or second not in search("galaxy s22")
    actions.show_model(second.pk, by=OWNER)
    actions.merge_model(second.pk, into=first.pk, by=OWNER)
    write(file, S21, S22)
    assert load(file) == Report(kept=2)
    assert first.identifiers.filter(value="SM-S901B").exists()


def test_a_shops_own_device_of_the_same_name_is_kept(file: Path) -> None:
    row = read_row({"category": "smartphone", "brand": "Samsung", "family": "Galaxy S", "name": "Galaxy S21"})
    own = actions.add_model(row, by=OWNER)
    assert load(file) == Report(added=1, kept=1)
    own.refresh_from_db()
    assert own.key is None


def test_services_are_added_once_and_left_alone(file: Path) -> None:
    load(file)
    assert Service.objects.count() == 18
    Service.objects.filter(key="screen").update(name="Display")
    load(file, force=True)
    assert Service.objects.get(key="screen").name == "Display"
    assert Service.objects.count() == 18


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no devices"),
        ([S21, S21], "twice"),
        ([S21.replace("samsung/galaxy-s21,", ",", 1)], "missing"),
        ([S21.replace("smartphone", "telephone")], "line 2"),
        ([S21.replace(",2021,", ",MMXXI,", 1)], "year"),
    ],
)
def test_a_damaged_file_loads_nothing(file: Path, rows: list[str], words: str) -> None:
    write(file, *rows)
    with pytest.raises(DataFileError, match=words):
        load(file)
    assert not DeviceModel.objects.exists()
    assert not CatalogueLoad.objects.exists()


def test_the_command_says_what_it_did(file: Path) -> None:
    out = StringIO()
    call_command("load_catalogue", file=file, stdout=out)
    call_command("load_catalogue", file=file, stdout=out)
    assert out.getvalue().splitlines() == [
        "Device catalogue: 2 added, 0 updated, 0 kept as they were.",
        "Device catalogue: up to date.",
    ]
    with pytest.raises(CommandError, match="was not loaded"):
        call_command("load_catalogue", file=file.parent / "none.csv")
