"""The booking wizard without its pages: which steps there are, what is answered, what comes next.

Answers are what a draft keeps (JSON): `devices` (a list), `urgency`, `handover`, `price`, `details`. They were checked when
they were given and are checked again when the booking is confirmed, for a day may lie between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.customers.actions import Details
from revivatech.customers.models import Customer

from .models import Handover
from .requests import MOST_DEVICES, Address, BookingRequest, DeviceRequest

Answers = dict[str, Any]


class Step(StrEnum):
    DEVICE = "device"
    ISSUE = "issue"
    HAND_OVER = "hand-over"
    PRICE = "price"
    DETAILS = "details"
    CONFIRM = "confirm"


LABELS: Mapping[Step, Promise] = {
    Step.DEVICE: _("Device"),
    Step.ISSUE: _("Issue"),
    Step.HAND_OVER: _("Hand-over"),
    Step.PRICE: _("Price"),
    Step.DETAILS: _("Your details"),
    Step.CONFIRM: _("Confirm"),
}

ABOUT = ("category", "model_id", "described", "own_device_id", "serial", "imei", "condition")
FAULT = ("issues", "description", "backup", "swollen_battery")


class Place(NamedTuple):
    """A page of the wizard; `number` counts devices from 1 and is 1 where there is one page for all."""

    step: Step
    number: int = 1


@dataclass(frozen=True, slots=True)
class Wizard:
    answers: Answers

    @property
    def stored_devices(self) -> list[dict[str, Any]]:
        return list(self.answers.get("devices", []))

    def stored_device(self, number: int) -> dict[str, Any]:
        devices = self.stored_devices
        return devices[number - 1] if number <= len(devices) else {}

    @property
    def devices(self) -> tuple[DeviceRequest, ...]:
        return tuple(
            DeviceRequest(**{**device, "issues": tuple(device.get("issues", ()))}) for device in self.stored_devices
        )

    @property
    def urgency(self) -> str:
        return str(self.answers.get("urgency", "standard"))

    @property
    def handover(self) -> dict[str, Any]:
        return dict(self.answers.get("handover", {}))

    @property
    def details(self) -> dict[str, Any]:
        return dict(self.answers.get("details", {}))

    @property
    def fingerprint(self) -> str:
        """Tells a form whether what it shows is still what is stored: another tab may have changed it."""
        return hashlib.sha256(json.dumps(self.answers, sort_keys=True).encode()).hexdigest()[:24]

    @property
    def starts_at(self) -> datetime | None:
        text = self.handover.get("starts_at")
        return datetime.fromisoformat(text) if text else None

    @property
    def swollen(self) -> bool:
        return any(device.get("swollen_battery") for device in self.stored_devices)

    @property
    def may_add_device(self) -> bool:
        return len(self.stored_devices) < MOST_DEVICES

    def first_unfinished(self) -> Place:
        """Where to go on."""
        if not self.stored_devices:
            return Place(Step.DEVICE)
        for number, device in enumerate(self.stored_devices, 1):
            if not device.get("issues"):
                return Place(Step.ISSUE, number)
        handover = self.handover
        if not handover.get("method") or (handover["method"] != Handover.POST and not handover.get("starts_at")):
            return Place(Step.HAND_OVER)
        if not self.answers.get("price"):
            return Place(Step.PRICE)
        if not self.details or (handover["method"] != Handover.DROP_OFF and not self.details.get("line1")):
            return Place(Step.DETAILS)
        return Place(Step.CONFIRM)

    def reaches(self, place: Place) -> bool:
        """Whether everything before `place` is answered. Going back is always allowed."""
        unfinished = self.first_unfinished()
        if place.step in (Step.DEVICE, Step.ISSUE):
            done = sum(1 for device in self.stored_devices if device.get("issues"))
            last = len(self.stored_devices) if place.step is Step.ISSUE else done + 1
            return 1 <= place.number <= min(MOST_DEVICES, last)
        order = list(Step)
        return order.index(place.step) <= order.index(unfinished.step)

    def request(self, *, shown_pence: int, profile: Customer | None, locale: str = "en-gb") -> BookingRequest:
        """Everything answered, as the confirm action takes it. `profile` is the signed-in customer's own."""
        details, handover = self.details, self.handover
        known = {"name": profile.name, "email": profile.email} if profile and profile.email else {}
        contact = {**{name: details.get(name, "") for name in CONTACT}, **known}
        return BookingRequest(
            devices=self.devices,
            urgency=self.urgency,
            handover=str(handover.get("method", "")),
            location_id=handover.get("location_id"),
            starts_at=self.starts_at,
            contact=Details(**contact, is_business=bool(details.get("is_business"))),
            address=Address(**{name: details.get(name, "") for name in ("line1", "line2", "town", "postcode")}),
            terms_version=int(details.get("terms_version", 0)),
            terms_language=str(details.get("terms_language", "")),
            start_requested=bool(details.get("start_requested")),
            marketing=tuple(channel for channel in ("email", "sms") if details.get(f"marketing_{channel}")),
            shown_pence=shown_pence,
            locale=locale,
        )


CONTACT = ("name", "email", "phone", "preferred_contact", "company", "vat_number")


def put_device(answers: Answers, number: int, about: Mapping[str, Any]) -> None:
    """Store which device it is. What is wrong with it is kept, unless it is another kind of device now."""
    devices = answers.setdefault("devices", [])
    before = devices[number - 1] if number <= len(devices) else {}
    device = {**before, **about}
    if before.get("category") != device["category"]:
        device = {name: device[name] for name in ABOUT}
    devices[number - 1 : number] = [device]
    answers.pop("price", None)


def put_fault(answers: Answers, number: int, fault: Mapping[str, Any], urgency: str | None) -> None:
    """Store what is wrong with a device; the urgency is asked once, with the first."""
    answers["devices"][number - 1].update(fault)
    if urgency is not None:
        answers["urgency"] = urgency
    answers.pop("price", None)


def drop_device(answers: Answers, number: int) -> None:
    del answers.get("devices", [])[number - 1 : number]
    answers.pop("price", None)


def put_handover(answers: Answers, handover: Mapping[str, Any]) -> None:
    # Moving to another time does not change the price, so it need not be looked at again.
    if answers.get("handover", {}).get("method") != handover["method"]:
        answers.pop("price", None)
    answers["handover"] = dict(handover)


def put_qualities(answers: Answers, qualities: list[str]) -> None:
    for device, quality in zip(answers["devices"], qualities, strict=False):
        device["quality"] = quality
    answers["price"] = {"seen": True}


# Which page mends an error of `checks.check`, by the beginning of its field.
_PAGES = {
    "urgency": Step.ISSUE,
    "contact": Step.DETAILS,
    "address": Step.DETAILS,
    "terms": Step.DETAILS,
    "marketing": Step.DETAILS,
}
_ABOUT_FIELDS = frozenset({"device", "described", "category", "condition", "identity"})


def place_of_error(field: str) -> Place:
    first, _dot, rest = field.partition(".")
    if first == "devices" and rest:
        number, _dot, name = rest.partition(".")
        return Place(Step.DEVICE if name in _ABOUT_FIELDS else Step.ISSUE, int(number) + 1)
    if first == "devices":
        return Place(Step.DEVICE)
    return Place(_PAGES.get(first, Step.HAND_OVER))
