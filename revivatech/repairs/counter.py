"""What the walk-in screen shows for what was typed so far: people found, devices found, services and the price."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from revivatech.booking.actions.confirm import marketing_wording
from revivatech.booking.checks import ask_for
from revivatech.booking.models import Urgency
from revivatech.catalogue.models import Category, DeviceModel, Quality, Service
from revivatech.catalogue.pricing import Price, qualities
from revivatech.catalogue.queries import listed_model, services_for
from revivatech.catalogue.search import search as search_models
from revivatech.customers import queries as customer_queries
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.customers.phone import PhoneError, normalise
from revivatech.platform import ids
from revivatech.platform.actors import Actor
from revivatech.shop.models import Location
from revivatech.shop.queries import active_locations

from . import statuses as s
from .actions.counter import price_of
from .intake.queries import named, same_identity
from .models import Repair

NEW, WORDS = "new", "words"
FOUND_AT_MOST = 6
OWN_AT_MOST = 12


@dataclass
class Desk:
    """`typed` is the form as the browser sent it, a list for each name. It may be half filled in; whatever does not exist any more is treated as not chosen."""

    typed: Mapping[str, Sequence[str]]
    by: Actor
    duplicates: list[Customer] = field(default_factory=list)

    def word(self, name: str, most: int = 100) -> str:
        """One word of the form, as much of it as makes sense."""
        return (self.typed.get(name) or [""])[-1].replace("\x00", "").strip()[:most]

    # Who
    @cached_property
    def customer(self) -> Customer | None:
        pk = _number(self.word("customer"))
        return Customer.objects.visible_to(self.by).filter(pk=pk).first() if pk else None

    @cached_property
    def customers(self) -> list[Customer]:
        """Those to choose from: duplicates to look at first, the one chosen, those the search found."""
        found = list(self.duplicates)
        if self.customer:
            found.append(self.customer)
        if len(self.word("who")) >= 2:
            rows = customer_queries.search(Customer.objects.visible_to(self.by), self.word("who"))
            found += rows.order_by("-id")[:FOUND_AT_MOST]
            found += self._by_booking_or_device()
        return list({row.pk: row for row in found}.values())

    @property
    def alike(self) -> list[tuple[Customer, Customer]]:
        """Pairs among them that look like one person, to be merged by who may."""
        return customer_queries.same_people(self.customers)

    def _by_booking_or_device(self) -> list[Customer]:
        """Whose booking code, serial number or IMEI was typed."""
        wanted = Q(bookings__code=self._booking_code) if self._booking_code else Q(pk=None)
        serial, imei = _identity(self.word("who"))
        if len(serial) >= 4:
            wanted |= Q(devices__serial__iexact=serial) | (Q(devices__imei=imei) if imei else Q(pk=None))
        return list(Customer.objects.visible_to(self.by).filter(wanted).distinct().order_by("-id")[:FOUND_AT_MOST])

    @property
    def _booking_code(self) -> str:
        return ids.read_code("BK", self.word("who")) or ""

    @cached_property
    def booked(self) -> list[Repair]:
        """Devices that those found have booked and not brought yet; each is taken in on its own page."""
        if len(self.word("who")) < 2 or not self.customers:
            return []
        rows = Repair.objects.visible_to(self.by).filter(status=s.BOOKED, customer__in=self.customers)
        if self._booking_code:
            rows = rows.filter(booked_device__booking__code=self._booking_code)
        rows = rows.select_related("customer", "device__model__brand", "location", "booked_device__booking")
        return list(rows.order_by("booked_device__booking__starts_at", "pk")[:FOUND_AT_MOST])

    @property
    def is_new(self) -> bool:
        typed = self.word("customer")
        return typed == NEW or (not typed and not self.customers)

    @cached_property
    def contact(self) -> dict[str, str]:
        """The new person's details. What was typed to find them is not asked twice."""
        given = {name: self.word(name, 254) for name in ("name", "email", "phone")}
        # What an earlier search filled in follows the search, until somebody writes something else there.
        kept = {name: "" if value == self.word("filled") else value for name, value in given.items()}
        if not kept[self._sought_is]:
            kept[self._sought_is] = self.word("who")
        return kept

    @property
    def filled(self) -> str:
        """The search's words, when they now stand in a field of the new person."""
        return self.word("who") if self.contact[self._sought_is] == self.word("who") else ""

    @property
    def _sought_is(self) -> str:
        sought = self.word("who")
        return "email" if "@" in sought else "phone" if _is_phone(sought) else "name"

    # Which device
    @cached_property
    def own_devices(self) -> list[CustomerDevice]:
        if self.customer is None:
            return []
        rows = CustomerDevice.objects.filter(customer=self.customer).select_related("model__brand")
        return list(rows.order_by("-pk")[:OWN_AT_MOST])

    @cached_property
    def models(self) -> list[DeviceModel]:
        found = [self.model] if self.model and not self.own else []
        if len(self.word("what")) >= 2:
            found += search_models(self.word("what"), limit=FOUND_AT_MOST)
        return list({row.pk: row for row in found}.values())

    @cached_property
    def own(self) -> CustomerDevice | None:
        kind, pk = self._device
        return next((device for device in self.own_devices if device.pk == pk), None) if kind == "own" else None

    @cached_property
    def model(self) -> DeviceModel | None:
        kind, pk = self._device
        return self.own.model if self.own else listed_model(pk) if kind == "model" and pk else None

    @property
    def _device(self) -> tuple[str, int]:
        kind, _colon, pk = self.word("device").partition(":")
        return kind, _number(pk)

    @cached_property
    def twins(self) -> list[tuple[str, bool]]:
        """Open repairs of the device whose serial number or IMEI is being typed, or of the own one that was chosen."""
        serial, imei = (self.own.serial, self.own.imei) if self.own else _identity(self.word("identity"))
        return named(same_identity(serial, imei), self.by) if len(serial + imei) >= 4 else []

    @property
    def in_words(self) -> bool:
        return self._device[0] == WORDS

    @property
    def category(self) -> str:
        if self.own:
            return self.own.category
        if self.model:
            return self.model.category
        typed = self.word("category")
        return typed if self.in_words and typed in Category.values else ""

    @property
    def label(self) -> str:
        return str(self.own or self.model or self.word("described", 120))

    # What, and for how much
    @cached_property
    def services(self) -> list[Service]:
        return services_for(self.category) if self.category else []

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        wanted = set(self.typed.get("services", ()))
        return tuple(service.key for service in self.services if service.key in wanted)

    @property
    def urgency(self) -> str:
        typed = self.word("urgency")
        return typed if typed in Urgency.values else Urgency.STANDARD.value

    @cached_property
    def offered(self) -> dict[str, Price]:
        """Qualities side by side; empty when there is no choice."""
        if not self.chosen:
            return {}
        found = qualities(ask_for(self.category, self.model, self.label, self.chosen, ""), urgency=self.urgency)
        return found if len(found) > 1 else {}

    @property
    def quality(self) -> str:
        typed = self.word("quality")
        return typed if typed in self.offered else Quality.STANDARD.value if self.offered else ""

    @cached_property
    def price(self) -> Price | None:
        return price_of(self.category, self.model, self.label, self.chosen, self.quality, self.urgency)

    @property
    def may_agree(self) -> bool:
        return self.price is not None and not self.price.is_estimate

    # Where
    @cached_property
    def locations(self) -> list[Location]:
        allowed = self.by.locations_for("repairs.receive")
        return [place for place in active_locations() if allowed is None or place.pk in allowed]

    @property
    def marketing_words(self) -> dict[str, str]:
        return {channel: marketing_wording(channel) for channel in ("email", "sms")}

    def form_choices(self) -> Mapping[str, Any]:
        return {
            "category": self.category,
            "own": self.own is not None,
            "services": [(service.key, service.label) for service in self.services],
            "qualities": [("", ""), *[(key, Quality(key).label) for key in self.offered]],
            "locations": [(place.pk, place.name) for place in self.locations],
        }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _identity(text: str) -> tuple[str, str]:
    """(serial, IMEI) that these words may mean."""
    digits = re.sub(r"[\s./-]", "", text)
    return text.strip(), digits if digits.isascii() and digits.isdigit() and len(digits) == 15 else ""


def _is_phone(text: str) -> bool:
    try:
        return bool(normalise(text))
    except PhoneError:
        return False
