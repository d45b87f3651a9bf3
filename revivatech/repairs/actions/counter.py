"""A walk-in as the counter sees it: person, device, repair, event and consent, all of it in one transaction or none of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.booking.actions.confirm import marketing_wording
from revivatech.booking.checks import MARKETING_CHANNELS, ask_for, clean_text, description_message
from revivatech.booking.models import Urgency
from revivatech.booking.requests import DESCRIPTION_LONGEST, DESCRIPTION_SHORTEST, MOST_ISSUES
from revivatech.catalogue.models import Category, DeviceModel
from revivatech.catalogue.pricing import Price, quote
from revivatech.catalogue.queries import listed_model, services_for
from revivatech.customers import queries as customer_queries
from revivatech.customers.actions import Details, add_device, create, record_consent
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.platform.actors import Actor
from revivatech.platform.idempotency import once
from revivatech.platform.locking import lock
from revivatech.platform.problems import Invalid
from revivatech.shop.models import Business
from revivatech.shop.queries import business
from revivatech.shop.terms import terms_in

from ..intake.signing import Signature, check_signature, sign_locked
from ..models import Repair
from ..problems import PossibleDuplicate, PriceMoved
from .receive import WalkIn, walk_in

Errors = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What was typed at the counter; nothing here is trusted.

    The person: `customer_id`, or `contact` for somebody new. The device: their own (`device_id`), a model, or words.
    `known_others` are profiles with the same e-mail or phone that were shown and refused: this is another person.
    `agreed` means the customer said yes to `shown_pence`, the gross total on the screen.
    """

    location_id: int
    customer_id: int | None = None
    contact: Details | None = None
    known_others: tuple[int, ...] = ()
    device_id: int | None = None
    model_id: int | None = None
    category: str = ""
    described: str = ""
    serial: str = ""
    imei: str = ""
    services: tuple[str, ...] = ()
    quality: str = ""
    urgency: str = "standard"
    description: str = ""
    condition: str = ""
    accessories: str = ""
    storage_place: str = ""
    agreed: bool = False
    shown_pence: int | None = None
    terms_accepted: bool = False
    terms_version: int = 0  # that was shown; 0: the one of now
    terms_language: str = ""
    signature: Signature | None = None
    marketing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    customer: Customer | None
    contact: Details | None
    own: CustomerDevice | None
    model: DeviceModel | None
    category: str
    label: str
    description: str


def take_in(asked: Intake, *, idempotency_key: str, by: Actor) -> Repair:
    """Open the repair. The same form again answers the same repair.

    Raises Invalid by field, PossibleDuplicate with profiles to look at, PriceMoved when the total is not what was shown.
    """
    require(by, "repairs.receive", at=asked.location_id)
    answer = once(
        "repairs.walk_in",
        f"{by.user_id}:{idempotency_key}",
        lambda: {"repair_id": _take_in(asked, by).pk},
        content=repr(asked),
    )
    return Repair.objects.get(pk=answer["repair_id"])


def _take_in(asked: Intake, by: Actor) -> Repair:
    checked, shop = check_intake(asked, by=by), business()
    price = price_of(checked.category, checked.model, checked.label, asked.services, asked.quality, asked.urgency)
    agreed = _agreed(asked, price)
    customer = checked.customer or _new_customer(checked, asked, by)
    device = checked.own or add_device(
        customer,
        category=checked.category,
        model_id=checked.model.pk if checked.model else None,
        described="" if checked.model else checked.label,
        serial=asked.serial,
        imei=asked.imei,
        by=by,
    )
    repair = walk_in(
        WalkIn(
            location_id=asked.location_id,
            customer_id=customer.pk,
            device_id=device.pk,
            description=checked.description,
            services=list(asked.services),
            urgency=asked.urgency,
            condition=asked.condition,
            accessories=asked.accessories,
            storage_place=asked.storage_place,
            price=price.as_json() if price else None,
            agreed_pence=agreed,
            bench_minutes=price.minutes if price else 0,
            currency=shop.currency,
        ),
        by=by,
    )
    _store_consents(asked, customer, shop, by)
    if asked.signature is not None and shop.has_terms:
        sign_locked(repair, asked.signature, by=by)
    return repair


def price_of(
    category: str,
    model: DeviceModel | None,
    label: str,
    services: tuple[str, ...],
    quality: str,
    urgency: str,
) -> Price | None:
    """The one engine's price for a device on the counter; None while nothing is asked for: diagnosis will tell."""
    if not services:
        return None
    return quote([ask_for(category, model, label, services, quality)], urgency=urgency, handover="drop_off")


def check_intake(asked: Intake, *, by: Actor) -> Checked:
    """The rows behind what was asked, or Invalid with everything wrong at once, by field. Nothing is written."""
    errors: Errors = {}
    customer, contact = _person(asked, by, errors)
    own, model, category, label = _device(asked, customer, errors)
    description = clean_text(asked.description)
    if not DESCRIPTION_SHORTEST <= len(description) <= DESCRIPTION_LONGEST:
        errors["description"] = [description_message(len(description))]
    if asked.urgency not in Urgency.values:
        errors["urgency"] = [_("Choose how urgent the repair is.")]
    offered = {service.key for service in services_for(category)}
    if len(asked.services) > MOST_ISSUES or not offered >= set(asked.services):
        errors["services"] = [_("Choose at most five repairs that we do for this kind of device.")]
    if business().has_terms and not asked.terms_accepted:
        errors["terms"] = [_("Show the customer our terms, and tick when they accept them.")]
    elif asked.terms_version not in (0, business().terms_version):
        errors["terms"] = [_("The terms have changed meanwhile. Show the customer the new version.")]
    if asked.signature is not None:
        try:
            check_signature(asked.signature)
        except Invalid as problem:
            errors.update({field: list(messages) for field, messages in problem.errors.items()})
    if set(asked.marketing) - set(MARKETING_CHANNELS):
        errors["marketing"] = [_("Choose from the ways listed.")]
    if errors:
        raise Invalid(errors)
    return Checked(customer, contact, own, model, category, label, description)


def _person(asked: Intake, by: Actor, errors: Errors) -> tuple[Customer | None, Details | None]:
    if asked.customer_id is not None:
        found = Customer.objects.visible_to(by).filter(pk=asked.customer_id).first()
        if found is None:
            errors["customer"] = [_("This customer is no longer there. Search again.")]
        return found, None
    if asked.contact is None:
        errors["customer"] = [_("Find the customer, or enter a new one.")]
        return None, None
    try:
        return None, asked.contact.checked()
    except Invalid as problem:
        errors.update({field: list(messages) for field, messages in problem.errors.items()})
        return None, None


def _device(
    asked: Intake, customer: Customer | None, errors: Errors
) -> tuple[CustomerDevice | None, DeviceModel | None, str, str]:
    if asked.device_id is not None:
        mine = CustomerDevice.objects.filter(customer=customer).select_related("model__brand")
        own = mine.filter(pk=asked.device_id).first() if customer else None
        if own is None:
            errors["device"] = [_("This device belongs to somebody else. Choose it again.")]
            return None, None, asked.category, ""
        return own, own.model, own.category, str(own)
    if asked.model_id is not None:
        model = listed_model(asked.model_id)
        if model is None:
            errors["device"] = [_("That model is no longer listed. Search again, or describe the device.")]
            return None, None, asked.category, ""
        return None, model, model.category, model.full_name
    if asked.category not in Category.values:
        errors["category"] = [_("Choose the kind of device.")]
    words = " ".join(asked.described.split())
    if not 2 <= len(words) <= 120:
        errors["described"] = [_("Write the make and model in 2 to 120 characters.")]
    return None, None, asked.category, words


def _agreed(asked: Intake, price: Price | None) -> int | None:
    """What the customer said yes to: a fixed price they saw, or nothing yet. An estimate is agreed after diagnosis."""
    if not asked.agreed:
        return None
    if price is None or price.is_estimate:
        raise Invalid({"agreed": [_("This is not a fixed price. The customer is asked once we know what it takes.")]})
    if asked.shown_pence != price.total_pence:
        raise PriceMoved
    return price.total_pence


def _new_customer(checked: Checked, asked: Intake, by: Actor) -> Customer:
    assert checked.contact is not None
    # Two counters that enter the same new person at once must not both find nobody.
    lock(*[f"customer:{value.casefold()}" for value in (checked.contact.email, checked.contact.phone) if value])
    alike = customer_queries.sharing(email=checked.contact.email, phone=checked.contact.phone)
    unseen = [row.pk for row in alike if row.pk not in asked.known_others]
    if unseen:
        raise PossibleDuplicate(customer_ids=[row.pk for row in alike])
    return create(checked.contact, by=by)


def _store_consents(asked: Intake, customer: Customer, shop: Business, by: Actor) -> None:
    if read := terms_in(shop, asked.terms_language):
        record_consent(
            customer, topic="terms", given=True, wording=read.wording, version=read.version, language=read.language,
            source="counter", by=by,
        )  # fmt: skip
    for channel in MARKETING_CHANNELS:
        if channel in asked.marketing:
            wording = marketing_wording(channel)
            record_consent(
                customer, topic="marketing", channel=channel, given=True, wording=wording, source="counter", by=by
            )
