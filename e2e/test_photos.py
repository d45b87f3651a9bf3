"""Photos at the bench on a tablet: chosen, dropped, pasted, over a line that breaks, and without scripts; then what the customer sees."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.platform.files.models import StoredFile
from revivatech.shop.models import Location
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_repair
from revivatech.testing.pictures import photo

from .conftest import PHONE, TABLET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]
PASTE = """(data) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "image.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""


def sent(name: str, width: int = 1200, data: bytes = b"") -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or photo(width, width * 3 // 4)}


def look(page: Page, name: str) -> None:
    """Nothing sticks out sideways. With E2E_PICTURES a picture is kept there."""
    if folder := os.environ.get("E2E_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    fits(page)


def drawn(page: Page) -> bool:
    """Every picture in view has arrived and could be decoded."""
    return bool(
        page.evaluate(
            """async () => {
              const pictures = [...document.querySelectorAll(".photos img, .compare img")];
              for (const picture of pictures) picture.loading = "eager";
              await Promise.all(pictures.map((picture) => picture.decode()));
              return pictures.length > 0 && pictures.every((picture) => picture.naturalWidth > 0);
            }"""
        )
    )


def test_photos_from_the_bench_to_the_customer(visit: Visit, shop: Location, tess: User) -> None:
    repair = make_repair(location=shop, status="diagnosis")
    bench = visit(as_user=tess, viewport=TABLET, has_touch=True)
    bench.goto(f"/workbench/repairs/{repair.code}/")
    card = bench.locator("#photos")
    photos = card.locator(".photos > .photo")
    expect(card.get_by_role("button", name="Upload")).to_be_hidden()

    # Three at once, by thumb; the one that is broken is named and does not hold up the others.
    card.get_by_text("The customer sees these").click()
    broken = sent("half.jpg", data=photo(600, 400)[:-900])
    card.get_by_label("Choose files").set_input_files([sent("one.jpg"), sent("two.jpg"), broken, sent("three.jpg")])
    expect(photos).to_have_count(3, timeout=30_000)
    expect(card.locator(".upload-item.is-refused")).to_contain_text("“half.jpg” is damaged and cannot be read")
    look(bench, "photos-refused")
    card.get_by_role("button", name="Remove from the list").click()
    assert drawn(bench)

    # Pasted: the device after the work, for colleagues only.
    card.get_by_text("The customer sees these").click()
    card.locator(".pill", has_text="After").click()
    bench.evaluate(PASTE, base64.b64encode(photo(800, 600, "PNG")).decode())
    expect(photos).to_have_count(4, timeout=30_000)

    # The line breaks: the photo stays on the tablet, over a reload too, and goes when the line is back.
    card.locator(".pill", has_text="During").click()
    bench.route("**/photos/", lambda route: route.abort())
    card.get_by_label("Take a photo").set_input_files([sent("four.jpg")])
    expect(card.locator(".upload-item")).to_contain_text("kept on this device")
    expect(card.get_by_role("button", name="Try again")).to_be_visible()
    look(bench, "photos-offline")
    bench.reload()
    expect(card.locator(".upload-item")).to_contain_text("four.jpg")
    bench.unroute("**/photos/")
    bench.evaluate("dispatchEvent(new Event('online'))")
    expect(photos).to_have_count(5, timeout=30_000)
    expect(card.locator(".upload-item")).to_have_count(0)
    assert StoredFile.objects.get(name="four.jpg").label == "during"
    assert not StoredFile.objects.get(name="four.jpg").for_customer
    look(bench, "photos-bench")

    # Without scripts: the same form, an ordinary one.
    plain = visit(as_user=tess, viewport=PHONE, java_script_enabled=False)
    plain.goto(f"/workbench/repairs/{repair.code}/")
    look(plain, "photos-plain")
    plain.get_by_label("Choose files").set_input_files([sent("five.jpg", 640), sent("six.jpg", 480)])
    plain.get_by_role("button", name="Upload").click()
    expect(plain.get_by_text("2 files saved.")).to_be_visible()
    taken_back = plain.locator(".photo").filter(has=plain.get_by_alt_text("six.jpg"))
    taken_back.locator("summary").click()
    taken_back.get_by_role("button", name="Remove").click()
    expect(plain.get_by_text("Photo removed.")).to_be_visible()
    assert StoredFile.objects.present().count() == 6

    # The customer sees the three and the pasted one, with a slider, on the page of the private link.
    phone = visit(viewport=PHONE, has_touch=True)
    phone.goto(f"/track/{repair.token}/")
    expect(phone.locator(".photos > .photo")).to_have_count(3)
    shown = bench.locator(".photo").filter(has=bench.get_by_alt_text("image.png"))
    shown.locator("summary").click()
    shown.get_by_text("The customer sees it").click()
    shown.get_by_role("button", name="Save").click()
    expect(phone.locator(".photos > .photo")).to_have_count(4, timeout=30_000)
    slider = phone.get_by_role("slider", name="Before or after")
    slider.focus()
    phone.keyboard.press("ArrowRight")
    assert phone.locator(".compare").evaluate("(frame) => frame.style.getPropertyValue('--at')") == "51%"
    assert drawn(phone)
    look(phone, "photos-track")
