"""Is what was asked possible today? Every rule of a booking that does not need the diary, checked on the server.

Errors are by field, with the part of the form in front: `devices.0.description`, `contact.email`, `handover`, `terms`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from revivatech.catalogue.models import Category, DeviceModel, Service
from revivatech.catalogue.pricing import DeviceAsk, IssueAsk
from revivatech.catalogue.queries import listed_model, services_for
from revivatech.customers import imei as imeis
from revivatech.customers.actions import Details
from revivatech.customers.models import CustomerDevice
from revivatech.customers.names import tidy
from revivatech.platform.actors import Actor
from revivatech.platform.problems import Invalid
from revivatech.shop.models import Business, Location
from revivatech.shop.queries import location_with_hours, open_business

from .models import Backup, Handover, Urgency
from .problems import NotTakingBookings
from .requests import (
    DESCRIPTION_LONGEST,
    DESCRIPTION_SHORTEST,
    MOST_DEVICES,
    MOST_ISSUES,
    Address,
    BookingRequest,
    DeviceRequest,
)

MARKETING_CHANNELS = ("email", "sms")
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CheckedDevice:
    asked: DeviceRequest
    model: DeviceModel | None
    own: CustomerDevice | None
    services: tuple[Service, ...]

    @property
    def label(self) -> str:
        return self.model.full_name if self.model else (str(self.own) if self.own else self.asked.described)

    def ask(self) -> DeviceAsk:
        """The question for the price engine."""
        return ask_for(self.asked.category, self.model, self.label, [s.key for s in self.services], self.asked.quality)


@dataclass(frozen=True, slots=True)
class Checked:
    """A request that holds together. Slot and price are not in it: they are looked at under the lock."""

    asked: BookingRequest
    devices: tuple[CheckedDevice, ...]
    location: Location
    shop: Business

    @property
    def service_keys(self) -> frozenset[str]:
        return frozenset(service.key for device in self.devices for service in device.services)


def ask_for(category: str, model: DeviceModel | None, label: str, services: Sequence[str], quality: str) -> DeviceAsk:
    ask = DeviceAsk(
        category=category,
        model_id=model.pk if model else None,
        brand_id=model.brand_id if model else None,
        family_id=model.family_id if model else None,
        label=label,
        issues=tuple(IssueAsk(key) for key in services),
    )
    return ask.with_quality(quality)


def check(request: BookingRequest, *, by: Actor) -> Checked:
    """The request tidied and complete, or Invalid with every field that is wrong. NotTakingBookings while the shop is closed."""
    shop = open_business()
    if shop is None:
        raise NotTakingBookings
    devices, errors = resolve_devices(request.devices, by=by)
    contact, found = check_contact(request.contact, handover=request.handover)
    errors.update({f"contact.{field}": messages for field, messages in found.items()})
    location = _handover(request, errors)
    address, found = check_address(request.address, handover=request.handover)
    errors.update({f"address.{field}": messages for field, messages in found.items()})
    if request.terms_version != shop.terms_version:
        errors["terms"] = [_("Our terms have changed. Read and accept the new version.")]
    if set(request.marketing) - set(MARKETING_CHANNELS):
        errors["marketing"] = [_("Choose from the ways listed.")]
    if errors or location is None:
        raise Invalid(errors)
    tidied = replace(request, devices=tuple(device.asked for device in devices), contact=contact, address=address)
    return Checked(tidied, tuple(devices), location, shop)


def resolve_devices(asked: Sequence[DeviceRequest], *, by: Actor) -> tuple[list[CheckedDevice], Errors]:
    """The rows behind the devices, and what is wrong with them by field."""
    errors: Errors = {}
    if not 1 <= len(asked) <= MOST_DEVICES:
        return [], {"devices": [_("Book one to three devices at a time.")]}
    return [_device(device, by, f"devices.{number}", errors) for number, device in enumerate(asked)], errors


def _device(asked: DeviceRequest, by: Actor, where: str, errors: Errors) -> CheckedDevice:
    def wrong(field: str, message: str) -> None:
        errors.setdefault(f"{where}.{field}", []).append(message)

    own = own_device(asked.own_device_id, by) if asked.own_device_id else None
    model = own.model if own else (listed_model(asked.model_id) if asked.model_id else None)
    category = own.category if own else (model.category if model else asked.category)
    described = tidy(asked.described[:1000])
    if asked.own_device_id and own is None:
        wrong("device", _("We could not find that device of yours. Choose it again."))
    elif own is None and asked.model_id and model is None:
        wrong("device", _("That model is no longer listed. Search again, or describe the device."))
    elif own is None and model is None and not 2 <= len(described) <= 120:
        wrong("described", _("Write the make and model in 2 to 120 characters."))
    if category not in Category.values:
        wrong("category", _("Choose the kind of device."))
    services = _services(asked.issues, category, wrong)
    description = clean_text(asked.description)
    if not DESCRIPTION_SHORTEST <= len(description) <= DESCRIPTION_LONGEST:
        wrong("description", description_message(len(description)))
    if asked.backup not in Backup.values:
        wrong("backup", _("Tell us whether your data is backed up."))
    condition = tidy(asked.condition[:3000])
    if len(condition) > 300:
        wrong("condition", _("Use at most 300 characters."))
    imei, serial = asked.imei, tidy(asked.serial[:1000])
    try:
        imei = imeis.normalise(imei) if imei.strip() else ""
    except imeis.ImeiError as reason:
        wrong("identity", str(reason))
    if len(serial) > 40:
        wrong("identity", _("A serial number has at most 40 characters."))
    tidied = replace(
        asked,
        category=category,
        described=described,
        description=description,
        condition=condition,
        imei=imei,
        serial=serial,
    )
    return CheckedDevice(tidied, model, own, services)


def _services(keys: Sequence[str], category: str, wrong: Callable[[str, str], None]) -> tuple[Service, ...]:
    bookable = {service.key: service for service in services_for(category)}
    if not 1 <= len(keys) <= MOST_ISSUES or len(set(keys)) != len(keys):
        wrong("issues", _("Choose one to five things that are wrong."))
    elif not bookable.keys() >= set(keys):
        wrong("issues", _("We do not offer one of these repairs for this device. Choose again."))
    return tuple(bookable[key] for key in keys if key in bookable)


def own_device(pk: int, by: Actor) -> CustomerDevice | None:
    """The device, when it belongs to the signed-in customer."""
    if by.user_id is None:
        return None
    mine = CustomerDevice.objects.filter(customer__user_id=by.user_id)
    return mine.select_related("model__brand").filter(pk=pk).first()


def check_contact(contact: Details, *, handover: str) -> tuple[Details, Errors]:
    """The person tidied, and what is missing to confirm a booking to them."""
    errors: Errors = {}
    try:
        contact = contact.checked()
    except Invalid as problem:
        errors = dict(problem.errors)
    if not contact.email.strip():
        errors["email"] = [_("Enter your e-mail address: the confirmation goes there.")]
    if not contact.phone.strip() and (contact.preferred_contact != "email" or handover == Handover.COLLECTION):
        errors.setdefault("phone", []).append(_("Enter a phone number, so that we can reach you."))
    if contact.is_business and not contact.company.strip():
        errors.setdefault("company", []).append(_("Enter the name of the company."))
    return contact, errors


def _handover(request: BookingRequest, errors: Errors) -> Location | None:
    location = location_with_hours(request.location_id) if request.location_id else None
    if request.urgency not in Urgency.values:
        errors["urgency"] = [_("Choose how urgent the repair is.")]
    if location is None:
        errors["location"] = [_("Choose where.")]
        return None
    if request.handover not in handovers_of(location):
        errors["handover"] = [_("Choose how we get the device.")]
    elif request.handover == Handover.POST:
        if any(device.swollen_battery for device in request.devices):
            errors["handover"] = [swollen_message()]
        elif request.urgency == Urgency.SAME_DAY:
            errors["handover"] = [_("A same-day repair cannot come by post. Bring the device, or choose less urgency.")]
    elif not is_moment(request.starts_at):
        errors["slot"] = [_("Choose a day and time.")]
    return location


def is_moment(moment: datetime | None) -> bool:
    """Aware, and far enough from the ends of the calendar to be put into any zone."""
    return moment is not None and moment.tzinfo is not None and 2000 <= moment.year <= 2200


def handovers_of(location: Location) -> list[str]:
    """The ways a location takes devices in."""
    offered = [Handover.DROP_OFF.value]
    if location.offers_collection:
        offered.append(Handover.COLLECTION.value)
    if location.offers_post:
        offered.append(Handover.POST.value)
    return offered


def check_address(address: Address, *, handover: str) -> tuple[Address, Errors]:
    """Where to collect from or post back to; nothing for a drop-off."""
    if handover == Handover.DROP_OFF:
        return Address(), {}
    errors: Errors = {}
    limits = {"line1": 120, "line2": 120, "town": 80, "postcode": 12}
    given = {name: tidy(text[:1000]) for name, text in asdict(address).items()}
    for name, text in given.items():
        if len(text) > limits[name]:
            errors[name] = [_("Use at most %(most)s characters.") % {"most": limits[name]}]
        elif not text and name != "line2":
            errors[name] = [_("Fill this in: we need the whole address.")]
    return Address(**given), errors


def clean_text(text: str) -> str:
    """Several lines, without control characters; at most a little more is kept than is allowed, so that too long stays too long."""
    kept = text[: DESCRIPTION_LONGEST * 4].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def description_message(length: int) -> str:
    if length > DESCRIPTION_LONGEST:
        return _("Use at most %(most)s characters.") % {"most": DESCRIPTION_LONGEST}
    return _("Describe the fault in at least %(least)s characters.") % {"least": DESCRIPTION_SHORTEST}


def swollen_message() -> str:
    return _(
        "A swollen battery may not be sent by post: it can catch fire. Bring the device to us, and do not charge it."
    )
