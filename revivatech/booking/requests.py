"""What somebody asks for when they book, as plain values. Nothing here is trusted: `checks.check` is next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from revivatech.customers.actions import Details

MOST_DEVICES = 3
MOST_ISSUES = 5
DESCRIPTION_SHORTEST, DESCRIPTION_LONGEST = 10, 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """One device: from the catalogue (`model_id`), the customer's own (`own_device_id`), or in words (`described`)."""

    category: str
    model_id: int | None = None
    described: str = ""
    own_device_id: int | None = None
    serial: str = ""
    imei: str = ""
    condition: str = ""
    issues: tuple[str, ...] = ()
    quality: str = ""
    description: str = ""
    backup: str = ""
    swollen_battery: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    line1: str = ""
    line2: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """`shown_pence` is the gross total the person saw; `marketing` the channels they ticked; `terms_version` and
    `terms_language` what they accepted, where empty in `locale`."""

    devices: tuple[DeviceRequest, ...]
    handover: str
    location_id: int | None
    contact: Details
    shown_pence: int
    terms_version: int
    starts_at: datetime | None = None
    urgency: str = "standard"
    address: Address = field(default_factory=Address)
    start_requested: bool = False
    marketing: tuple[str, ...] = ()
    source: str = "online"
    locale: str = "en-gb"
    terms_language: str = ""
