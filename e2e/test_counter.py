"""At the counter, on a tablet: a stranger with a device, in under a minute."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from revivatech.accounts.models import User
from revivatech.catalogue.models import DeviceModel
from revivatech.catalogue.store import rebuild_terms
from revivatech.customers.models import Customer
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.booking import make_service
from revivatech.testing.browser import fits
from revivatech.testing.factories import make_device, make_device_model

from .conftest import TABLET, Servers

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def iphone(servers: Servers) -> DeviceModel:
    """In the catalogue and its search, with two services at a price."""

    model = make_device_model("iPhone 13")
    rebuild_terms([model.pk])
    make_service("screen", pence=15000, qualities={"premium": 19900})
    make_service("battery", pence=8000)
    return model


def test_a_walk_in(servers: Servers, visit: Visit, shop: Location, fred: User, iphone: DeviceModel) -> None:

    page = visit(fred, TABLET)
    page.goto("/workbench/walk-in/")
    page.get_by_label("Name, phone, e-mail, booking code or serial number").press_sequentially("Grace Guest")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Grace Guest")
    page.get_by_label("Phone", exact=True).fill("020 7946 0123")
    page.get_by_placeholder("Model or model number").press_sequentially("iphone 13")
    page.get_by_text("Apple iPhone 13").click()
    page.get_by_label("Serial number or IMEI").fill("490154203237518")
    page.get_by_label("Screen").check()
    expect(page.locator("#price")).to_contain_text("£150.00")
    page.get_by_text("Premium").click()
    expect(page.locator(".price-total")).to_contain_text("£199.00")
    page.get_by_label("Priority").check()
    expect(page.locator(".price-total")).to_contain_text("£248.75")
    page.get_by_label("The customer agrees to this price").check()
    page.get_by_label("Fault, in the customer’s words").fill("Fell off the table, the glass is cracked.")
    expect(page.get_by_label("The customer agrees to this price")).to_be_checked()
    fits(page)
    page.get_by_role("button", name="Take the device in").click()
    page.wait_for_url("**/workbench/repairs/RT-*/intake/")
    expect(page.get_by_role("button", name="Store the intake")).to_be_visible()  # the same flow goes on to the label
    repair = Repair.objects.select_related("customer", "device").get()
    assert (repair.customer.name, repair.customer.phone, repair.device.model_id, repair.device.imei) == (
        "Grace Guest", "+442079460123", iphone.pk, "490154203237518",
    )  # fmt: skip
    assert (repair.agreed_pence, repair.urgency, repair.services) == (24875, "priority", ["screen"])


def test_a_known_customer_is_found_with_their_devices(
    servers: Servers, visit: Visit, shop: Location, fred: User, alice: User, iphone: DeviceModel
) -> None:

    device = make_device(alice.customer, model=iphone, serial="C02XYZ")
    page = visit(fred, TABLET)
    page.goto("/workbench/walk-in/")
    page.get_by_label("Name, phone, e-mail, booking code or serial number").press_sequentially("alic")
    page.get_by_text("alice@example.com").click()
    page.get_by_text("C02XYZ").click()
    page.get_by_label("Battery").check()
    expect(page.locator("#price")).to_contain_text("£80.00")
    page.get_by_role("button", name="Take the device in").click()
    expect(page.get_by_role("alert")).to_contain_text("Fault")  # refused: no fault was written; the rest is kept
    expect(page.get_by_label("Battery")).to_be_checked()
    page.get_by_label("Fault, in the customer’s words").fill("It is empty after one hour.")
    page.get_by_role("button", name="Take the device in").click()
    page.wait_for_url("**/workbench/repairs/RT-*/intake/")
    repair = Repair.objects.get()
    assert (repair.customer_id, repair.device_id, repair.agreed_pence) == (alice.customer.pk, device.pk, None)
    assert Customer.objects.count() == 1


def test_the_walk_in_without_javascript(
    servers: Servers, visit: Visit, shop: Location, fred: User, iphone: DeviceModel
) -> None:

    page = visit(fred, TABLET, java_script_enabled=False)
    page.goto("/workbench/walk-in/")
    page.get_by_label("Name", exact=True).fill("Grace Guest")
    page.get_by_label("E-mail address", exact=True).fill("grace@example.com")
    page.get_by_placeholder("Model or model number").fill("iphone 13")
    page.locator("button[value=found]").click()
    page.get_by_text("Apple iPhone 13").click()
    page.get_by_role("button", name="Show repairs and price").click()
    page.get_by_label("Screen").check()
    page.get_by_label("Fault, in the customer’s words").fill("Fell off the table, the glass is cracked.")
    page.get_by_role("button", name="Take the device in").click()
    page.wait_for_url("**/workbench/repairs/RT-*/intake/")
    repair = Repair.objects.select_related("customer").get()
    assert (repair.customer.name, repair.services, repair.agreed_pence) == ("Grace Guest", ["screen"], None)
