"""Printed documents: what people type is text and all of it is there, codes scan, the same data gives the same bytes."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from revivatech.platform.documents import LABEL, blocks, codes, render_pdf, render_sheet
from revivatech.testing.paper import pages_of, scan, text_of

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SHOP = {"name": "London Repairs", "address": "8 Tooley Street\nLondon"}
HOSTILE = [
    '#let x = 1; #panic("no") #eval("1+1")',
    "*bold* _slanted_ $x^2$ `code` @reference <label> // comment /* more */ = Heading",
    'quotes " and \\ backslash \\u{41} {{ braces }} {page} </svg>',
    "Zoë Müller-Łódź Ω Ж ệ #1",
    "a\tb c d",
]


def sheet(*parts: dict[str, Any], **more: Any) -> bytes:
    return render_sheet(**{"title": "Receipt", "shop": SHOP, "blocks": list(parts), "at": AT, **more})


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_text_everywhere(text: str) -> None:
    pdf = sheet(
        blocks.facts("Facts", [("Name", text)]), blocks.table("Lines", ["What"], [[text]], widths=[1]),
        blocks.prose("Words", text), blocks.notice(text), number="RT-1", subtitle=text, foot=text,
    )  # fmt: skip
    expected = re.sub(r"\s+", "", text)
    assert re.sub(r"\s+", "", text_of(pdf)).count(expected) == 6


@pytest.mark.parametrize("script", ["محمد العربي", "שלום עולם", "🙂 🔋 👍", "Ελληνικά кириллица Tiếng Việt देवनागरी"])
def test_other_scripts_have_their_letters(script: str) -> None:
    found = text_of(sheet(blocks.prose("", script)))
    assert "\x00" not in found
    assert "\ufffd" not in found
    # A reader of the file gives runs from right to left in an order of its own; no letter may be missing.
    assert set(re.sub(r"\s", "", script)) <= set(found)


def test_a_long_word_breaks_instead_of_leaving_the_page() -> None:
    name = "Żółć" * 50
    pdf = sheet(blocks.facts("", [("Name", name)]), blocks.table("", ["A", "B"], [[name, "£1.00"]], widths=[1, 0]))
    assert text_of(pdf).count(name) == 2
    (page,) = pages_of(pdf, dots_per_inch=72)
    right = page.width * 18 // 210 - 2
    margin = page.convert("L").crop((page.width - right, 0, page.width, page.height))
    assert margin.getextrema() == (255, 255)


def test_a_value_that_is_not_there_takes_no_room() -> None:
    found = text_of(sheet(blocks.facts("Device", [("Serial", "F17"), ("IMEI", "")])))
    assert "Serial" in found
    assert "IMEI" not in found


def test_long_documents_number_their_pages_and_repeat_the_head_of_a_table() -> None:
    rows = [[f"Line {number}", "£1.00"] for number in range(120)]
    pdf = sheet(blocks.table("Lines", ["What it is", "Amount"], rows, widths=[1, 0], ends="lr"))
    found = text_of(pdf)
    pages = len(pages_of(pdf, dots_per_inch=36))
    assert pages > 1
    assert f"Page {pages} of {pages}" in found
    assert found.count("What it is") == pages
    assert all(f"Line {number}" in found for number in range(120))


def test_the_same_data_gives_the_same_file() -> None:
    one, again = (sheet(blocks.prose("", "Words é"), codes={"qr": codes.qr("x"), "caption": "y"}) for _ in range(2))
    assert one == again
    assert sheet(blocks.prose("", "Words e")) != one


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK"])
def test_pictures_of_any_kind_are_drawn(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (1800, 1200), 40).save(out, "TIFF" if mode == "CMYK" else "PNG")
    pdf = sheet(blocks.pictures("Photos", [(out.getvalue(), "Back #1 é")] * 4), blocks.signatures("Customer", "Shop"))
    assert text_of(pdf).count("Back #1 é") == 4
    assert len(pdf) < 200_000


@pytest.mark.parametrize(
    "text", ["https://repairs.example/track/aZ-_09aZ-_09aZ-_09aZ-_09aZ-_09aZ/", "é # 🙂 عمر", "RT-7F3K9QM"]
)
def test_a_qr_code_scans_from_paper(text: str) -> None:
    assert scan(sheet(codes={"qr": codes.qr(text), "caption": "Scan"})) == [("QR Code", text)]


@pytest.mark.parametrize("text", ["RT-7F3K9QM", "RT-0000000", "BK-ZZZZZZZ", "123456", "a1 #%&"])
@pytest.mark.parametrize("size", ["62", "a6"])
def test_a_label_scans_by_qr_and_by_bars(size: str, text: str) -> None:
    pdf = render_pdf(
        LABEL,
        {
            "title": text, "size": size, "shop": "London Repairs", "code": text, "heading": "iPhone 13 Pro Max #1",
            "qr": codes.qr(f"https://repairs.example/{text}/"), "qr_alt": "", "barcode": codes.code128(text),
            "rows": [["Customer", "Ünal " + "W" * 200]],
        },
        at=AT,
    )  # fmt: skip
    assert sorted(scan(pdf)) == [("Code 128", text), ("QR Code", f"https://repairs.example/{text}/")]
    assert "W" * 200 in text_of(pdf)
    assert len(pages_of(pdf, dots_per_inch=36)) == 1


def test_templates_never_evaluate_data() -> None:
    """Threat: `eval` in a template would run what a customer typed as a program."""
    package = Path(blocks.__file__).parents[2]
    templates = list(package.rglob("*.typ"))
    assert len(templates) >= 3
    assert [path for path in templates if re.search(r"\beval\(|\bplugin\(|@preview", path.read_text())] == []
