"""What a booking looks like to other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.utils.translation import get_language
from ninja import Schema
from pydantic import AwareDatetime, Field

from revivatech.catalogue.pricing import Price
from revivatech.customers.actions import Details
from revivatech.platform.api.schemas import Flag, In, Key, one_of
from revivatech.platform.spoken import spoken

from .models import Booking
from .policies import change_until
from .requests import MOST_DEVICES, MOST_ISSUES, Address, BookingRequest, DeviceRequest

HandoverName = Annotated[str, one_of("drop_off", "collection", "post")]
UrgencyName = Annotated[str, one_of("standard", "priority", "same_day")]
Words = Annotated[str, Field(max_length=300)]


class SlotOut(Schema):
    """In UTC. `free` places are left."""

    starts_at: datetime
    ends_at: datetime
    free: int


class DeviceIn(In):
    """From the catalogue (`device`), or in words (`category` and `described`)."""

    device: Key | None = None
    category: Literal["", "smartphone", "tablet", "laptop", "desktop", "console", "wearable"] = ""
    described: Annotated[str, Field(max_length=120)] = ""
    services: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=MOST_ISSUES)]
    quality: Literal["", "original", "premium", "standard"] = ""
    swollen_battery: Flag = False

    def as_request(self, **more: Any) -> DeviceRequest:
        return DeviceRequest(
            category=self.category, model_id=self.device, described=self.described, issues=tuple(self.services),
            quality=self.quality, swollen_battery=self.swollen_battery, **more,
        )  # fmt: skip


class BookedDeviceIn(DeviceIn):
    description: Annotated[str, Field(min_length=10, max_length=1500, description="What is wrong, in their own words.")]
    backup: Literal["full", "partly", "none", "no_matter"]
    serial: Annotated[str, Field(max_length=40)] = ""
    imei: Annotated[str, Field(max_length=40)] = ""
    condition: Words = ""

    def as_booked(self) -> DeviceRequest:
        return self.as_request(
            description=self.description, backup=self.backup, serial=self.serial, imei=self.imei,
            condition=self.condition,
        )  # fmt: skip


class PriceIn(In):
    devices: Annotated[list[DeviceIn], Field(min_length=1, max_length=MOST_DEVICES)]
    urgency: UrgencyName = "standard"
    handover: HandoverName = "drop_off"


class PriceLineOut(Schema):
    kind: str
    label: str
    amount_pence: int
    device: int | None
    quality: str
    minutes: int
    warranty_days: int
    needs_quote: bool


class PriceOut(Schema):
    """Gross, in the smallest unit of the currency."""

    lines: list[PriceLineOut]
    total_pence: int
    vat_pence: int
    currency: str
    minutes: int
    is_estimate: bool
    deposit_pence: int

    @classmethod
    def of(cls, price: Price) -> PriceOut:
        shown = PriceLineOut.model_fields
        told = [{name: getattr(line, name) for name in shown} for line in price.lines]
        lines = [PriceLineOut(**{**line, "label": spoken(line["label"])}) for line in told]
        rest = {name: getattr(price, name) for name in cls.model_fields if name != "lines"}
        return cls(lines=lines, **rest)


class ContactIn(In):
    name: Annotated[str, Field(min_length=1, max_length=120)]
    email: Annotated[str, Field(min_length=3, max_length=254)]
    phone: Annotated[str, Field(max_length=40)] = ""
    preferred_contact: Literal["email", "phone", "sms"] = "email"
    is_business: Flag = False
    company: Annotated[str, Field(max_length=120)] = ""
    vat_number: Annotated[str, Field(max_length=20)] = ""


class AddressIn(In):
    line1: Annotated[str, Field(max_length=120)] = ""
    line2: Annotated[str, Field(max_length=120)] = ""
    town: Annotated[str, Field(max_length=80)] = ""
    postcode: Annotated[str, Field(max_length=12)] = ""


class BookingIn(In):
    """`terms_version` and `terms_language` are those of the terms the customer accepted; `marketing` holds only what they ticked themselves."""

    devices: Annotated[list[BookedDeviceIn], Field(min_length=1, max_length=MOST_DEVICES)]
    location: Key
    handover: HandoverName = "drop_off"
    starts_at: AwareDatetime | None = Field(None, description="The start of a slot; null by post.")
    urgency: UrgencyName = "standard"
    contact: ContactIn
    address: AddressIn = AddressIn()
    shown_pence: Annotated[int, Field(ge=0, le=2**31 - 1)]
    terms_version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    terms_language: Annotated[str, Field(max_length=10)] = Field("", description="Empty: that of the request.")
    start_requested: Flag = Field(False, description="Begin within the 14 days in which the customer may cancel.")
    marketing: list[Literal["email", "sms"]] = []

    def as_request(self) -> BookingRequest:
        return BookingRequest(
            devices=tuple(one.as_booked() for one in self.devices), handover=self.handover,
            location_id=self.location, contact=Details(**self.contact.model_dump()), shown_pence=self.shown_pence,
            terms_version=self.terms_version, terms_language=self.terms_language, starts_at=self.starts_at, urgency=self.urgency,
            address=Address(**self.address.model_dump()), start_requested=self.start_requested,
            marketing=tuple(self.marketing), source="api", locale=get_language() or settings.LANGUAGE_CODE,
        )  # fmt: skip


class ChangeIn(In):
    starts_at: AwareDatetime


class CancellationIn(In):
    reason: Words = ""


class BookedOut(Schema):
    device: str
    services: list[str]
    description: str


class BookingOut(Schema):
    """`token` opens it without an account, so treat it as a secret. `change_until` null: at any time, or not at all."""

    code: str
    token: str
    status: Annotated[str, one_of("confirmed", "arrived", "cancelled")]
    handover: HandoverName
    urgency: UrgencyName
    location: int
    location_name: str
    starts_at: datetime | None
    ends_at: datetime | None
    change_until: datetime | None
    customer_name: str
    devices: list[BookedOut]
    total_pence: int
    currency: str
    created_at: datetime

    @classmethod
    def of(cls, booking: Booking) -> BookingOut:
        return cls(
            code=booking.code, token=booking.token, status=booking.status, handover=booking.handover,
            urgency=booking.urgency, location=booking.location_id, location_name=booking.location.name,
            starts_at=booking.starts_at, ends_at=booking.ends_at, change_until=change_until(booking),
            customer_name=booking.customer.name, devices=[_booked(row) for row in booking.devices.all()],
            total_pence=booking.total_pence, currency=booking.currency, created_at=booking.created_at,
        )  # fmt: skip


def _booked(row: Any) -> BookedOut:
    services = [issue.service.key for issue in row.issues.all()]
    return BookedOut(device=str(row.device), services=services, description=row.description)
