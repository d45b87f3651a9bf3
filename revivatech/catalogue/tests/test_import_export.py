"""CSV in and out: a preview row by row, all or nothing, and an export that comes back in as it went out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from revivatech.accounts.models import User
from revivatech.accounts.permissions import MANAGER
from revivatech.catalogue import actions
from revivatech.catalogue.actions.importing import MOST_BYTES, plan_of
from revivatech.catalogue.models import CatalogueImport, DeviceModel
from revivatech.catalogue.problems import FileRefused, ImportDone, ImportWrong
from revivatech.catalogue.search import search
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.factories import make_staff

pytestmark = pytest.mark.django_db
Acting = Callable[[User], Actor]
SignIn = Callable[[User], Client]
HEAD = "category,brand,family,name,year,identifiers,aliases"
GOOD = f"{HEAD}\nsmartphone,Apple,iPhone,iPhone 13,2021,A2633|A2482,i13\nlaptop,Dell,XPS,XPS 13 9310,2020,,\n"


def receive(text: str | bytes, by: Actor) -> CatalogueImport:
    return actions.receive_import("devices.csv", text.encode() if isinstance(text, str) else text, by=by)


def test_add_update_and_leave_the_same(mona: User, actor: Acting) -> None:
    upload = receive(GOOD, actor(mona))
    assert not DeviceModel.objects.exists()
    actions.apply_import(upload.pk, by=actor(mona))
    assert [model.full_name for model in search("a2482")] == ["Apple iPhone 13"]
    second = receive(GOOD.replace("2020", "2021"), actor(mona))
    assert [(row.line, row.outcome) for row in plan_of(second.content).results] == [(2, "same"), (3, "update")]
    actions.apply_import(second.pk, by=actor(mona))
    assert DeviceModel.objects.get(slug="xps-13-9310").year == 2021
    second.refresh_from_db()
    assert (second.added, second.updated) == (0, 1)
    event = EventRecord.objects.get(name="catalogue_import.finished", subject_id=second.pk)
    assert event.payload["updated"] == 1
    with pytest.raises(ImportDone):
        actions.apply_import(second.pk, by=actor(mona))


def test_each_wrong_row_is_named_and_nothing_is_imported(mona: User, actor: Acting) -> None:
    gone, keep = make_listed_model("iPhone X"), make_listed_model("iPhone 10")
    actions.merge_model(gone.pk, into=keep.pk, by=actor(mona))
    before = list(DeviceModel.objects.values().order_by("pk"))
    rows = [
        "smartphone,Apple,iPhone,iPhone 13,2021,,",
        "telephone,Apple,iPhone,iPhone 14,,,",
        "smartphone,,iPhone,iPhone 15,,,",
        "smartphone,Apple,iPhone,iPhone 16,21st,,",
        "smartphone,Apple,iPhone,iPhone 13,2022,,",
        "smartphone,Apple,iPhone,iPhone X,,,",
        "smartphone,Apple,iPhone,هاتف,,,",
        f"smartphone,Apple,iPhone,{'x' * 121},,,",
        "smartphone,Apple,iPhone,iPhone 17,,,,too,many",
        "smartphone,Apple,iPhone",
    ]
    upload = receive("\n".join([HEAD, *rows]), actor(mona))
    wrong = {row.line: " ".join(row.faults) for row in plan_of(upload.content).of("wrong")}
    assert sorted(wrong) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    for line, words in {3: "is not one of", 4: "brand is missing", 5: "four digits", 6: "line 2", 7: "merged", 8: "Latin",
                        9: "longer than 120", 10: "more cells", 11: "name is missing"}.items():  # fmt: skip
        assert words in wrong[line]
    with pytest.raises(ImportWrong):
        actions.apply_import(upload.pk, by=actor(mona))
    assert list(DeviceModel.objects.values().order_by("pk")) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n ", "empty"),
        (b"PK\x03\x04rest of a workbook", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0old workbook", "spreadsheet"),
        (b"category,brand\x00", "not a text file"),
        (f"{HEAD}\nsmartphone,Apple,iPhone,iPhone é,,,".encode("latin-1"), "UTF-8"),
        (GOOD.encode("utf-16"), "not a text file"),
        (b"name,colour\na,b\n", "lacks these columns"),
        (f"{HEAD},colour\n".encode(), "do not know"),
        (f"{HEAD},name\n".encode(), "twice"),
        (f"{HEAD}\n".encode(), "no rows"),
        (f'{HEAD}\nsmartphone,"Apple,iPhone,iPhone 13,,,\n'.encode(), "cannot be read"),
        (f"{HEAD}\n".encode() + b"x" * 200_000, "cannot be read"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        (f"{HEAD}\n".encode() + b"smartphone,Apple,iPhone,iPhone 13,,,\n" * 20_001, "more than"),
        (bytes(range(256)) * 10, "not a text file"),
        ("هاتف\n".encode(), "lacks these columns"),
    ],
)
def test_a_file_that_is_no_list_of_devices_is_refused(content: bytes, words: str, mona: User, actor: Acting) -> None:
    with pytest.raises(FileRefused, match=words):
        receive(content, actor(mona))
    assert not CatalogueImport.objects.exists()


def test_semicolons_tabs_and_a_mark_at_the_front_are_read(mona: User, actor: Acting) -> None:
    for separator in ";\t":
        upload = receive("\ufeff" + GOOD.replace(",", separator).replace("\n", "\r\n"), actor(mona))
        assert [row.outcome for row in plan_of(upload.content).results] == ["add", "add"]


def test_what_goes_out_comes_back_the_same(mona: User, sign_in: SignIn, actor: Acting) -> None:
    make_listed_model(
        "=HYPERLINK(1)", brand="+Brand", identifiers="-A1|@B2", aliases="=1+1", year="2021", released="2021-03-04"
    )
    make_listed_model('Quote " and, comma', hidden="yes", support_end="2030-01-01", source="them", confidence="high")
    make_listed_model("Téléphone 📱 plus", key="apple/telephone")
    response = sign_in(mona).get("/workbench/catalogue/export.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    cells = [cell for line in content.decode("utf-8-sig").splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"').startswith(("=", "+", "-", "@"))]
    before = list(DeviceModel.objects.values().order_by("pk"))
    upload = receive(content, actor(mona))
    assert [row.outcome for row in plan_of(upload.content).results] == ["same"] * 3
    actions.apply_import(upload.pk, by=actor(mona))
    assert list(DeviceModel.objects.values().order_by("pk")) == before


def test_the_export_is_for_those_who_may(tess: User, mona: User, sign_in: SignIn, client: Client, shop: object) -> None:
    path = "/workbench/catalogue/export.csv"
    assert client.get(path).status_code == 302
    assert sign_in(tess).get(path).status_code == 403
    assert sign_in(mona).get(path).status_code == 200
    assert sign_in(make_staff(MANAGER, second_factor=False)).get(path).status_code == 403


def test_by_the_pages(mona: User, sign_in: SignIn) -> None:
    browser = sign_in(mona)

    def send(content: bytes) -> object:
        return browser.post(
            "/workbench/catalogue/imports/", {"file": SimpleUploadedFile("d.csv", content)}, follow=True
        )

    refused = send(b"PK\x03\x04")
    assert "Save it as CSV" in refused.text  # type: ignore[attr-defined]
    assert browser.post("/workbench/catalogue/imports/", {}).status_code == 422
    wrong = send(GOOD.replace("laptop", "lap top").encode())
    assert "is not one of" in wrong.text  # type: ignore[attr-defined]
    upload = CatalogueImport.objects.get()
    again = browser.post(f"/workbench/catalogue/imports/{upload.pk}/")
    assert (again.status_code, "Nothing was imported: 1 row" in again.text) == (409, True)
    assert not DeviceModel.objects.exists()
    send(GOOD.encode())
    upload = CatalogueImport.objects.latest("pk")
    done = browser.post(f"/workbench/catalogue/imports/{upload.pk}/", follow=True)
    assert "2 added" in done.text
    assert DeviceModel.objects.count() == 2
    assert browser.get("/workbench/catalogue/imports/999999/").status_code == 404
