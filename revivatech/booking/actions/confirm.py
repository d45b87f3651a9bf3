"""From a request to a booking: all of it in one transaction, once, however often the form is sent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from revivatech.catalogue.pricing import Price, quote
from revivatech.customers.actions import add_device, find_or_create, record_consent
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.idempotency import once
from revivatech.platform.inserting import insert
from revivatech.platform.questions import Question
from revivatech.shop.terms import terms_in

from ..availability import Slot
from ..checks import MARKETING_CHANNELS, Checked, CheckedDevice, check
from ..events import BookingConfirmed
from ..models import BookedDevice, BookedIssue, Booking, BookingDraft, Handover
from ..problems import PriceChanged
from ..requests import BookingRequest
from ..topics import announce_booking
from ..work import Work
from .drafts import use_up
from .places import find_slot, lock_day, take


def confirm(request: BookingRequest, *, idempotency_key: str, by: Actor, draft_token: str = "") -> Booking:
    """Book. The same key again answers the same booking; the draft, when there is one, is used up by it.

    Raises Invalid by field, PriceChanged when the total is not `shown_pence`, SlotTaken with the nearest free times.
    """

    made: list[Booking] = []

    def do() -> dict[str, Any]:
        draft = _DRAFT.first(token=draft_token) if draft_token else None
        if draft is not None and draft.booking_id is not None:
            return {"booking_id": draft.booking_id}
        booking = _book(request, by)
        made.append(booking)
        if draft is not None:
            use_up(draft, booking)
        return {"booking_id": booking.pk}

    # Keys of different people must not meet: the sender is part of the key.
    answer = once("booking.confirm", f"{by.kind}:{by.user_id}:{idempotency_key}", do)
    (booking,) = made or _BOOKED(pk=answer["booking_id"])
    return booking


_DRAFT = Question(lambda token: BookingDraft.objects.select_for_update().filter(token=token))
_BOOKED = Question(lambda pk: Booking.objects.select_related("location", "customer").filter(pk=pk))


def _book(request: BookingRequest, by: Actor) -> Booking:
    checked = check(request, by=by)
    asked = checked.asked
    price = quote(
        [device.ask() for device in checked.devices],
        urgency=asked.urgency,
        handover=asked.handover,
        shop=checked.shop,
    )
    if price.total_pence != asked.shown_pence:
        raise PriceChanged(shown_pence=asked.shown_pence, total_pence=price.total_pence)
    work = Work(asked.handover, asked.urgency, checked.service_keys, price.minutes)
    slot = None
    if asked.handover != Handover.POST and asked.starts_at is not None:
        lock_day(checked.location, asked.starts_at)
        slot = find_slot(checked.location, asked.starts_at, work)
    customer = find_or_create(**asdict(asked.contact), locale=asked.locale, by=by)
    booking = _store(checked, customer, price, slot)
    if slot is not None:
        take(booking, slot, work)
    for position, device in enumerate(checked.devices):
        _store_device(booking, position, device, price, by)
    _store_consents(checked, customer, by)
    record(BookingConfirmed(booking_id=booking.pk), by=by, is_first=True)
    announce_booking(booking)
    return booking


def _store(checked: Checked, customer: Customer, price: Price, slot: Slot | None) -> Booking:
    asked = checked.asked
    booking = Booking(
        customer=customer,
        location=checked.location,
        handover=asked.handover,
        starts_at=slot.starts_at if slot else None,
        ends_at=slot.ends_at if slot else None,
        urgency=asked.urgency,
        address=asdict(asked.address) if asked.handover != Handover.DROP_OFF else {},
        price=price.as_json(),
        total_pence=price.total_pence,
        currency=price.currency,
        price_holds_until=clock.now() + timedelta(days=checked.shop.price_holds_days),
        terms_version=checked.shop.terms_version,
        start_requested=asked.start_requested,
        source=asked.source,
    )
    return insert(booking)


def _store_device(booking: Booking, position: int, device: CheckedDevice, price: Price, by: Actor) -> None:
    asked = device.asked
    booked = BookedDevice(
        booking=booking,
        position=position + 1,
        device=device.own or _customer_device(booking.customer, device, by),
        description=asked.description,
        condition=asked.condition,
        backup=asked.backup,
        swollen_battery=asked.swollen_battery,
        price=price.part(position).as_json(),
    )
    insert(booked)
    quality = {line.service_key: line.quality for line in price.lines_of(position) if line.service_key}
    for service in device.services:
        insert(BookedIssue(booked_device=booked, service=service, quality=quality.get(service.key, "")))


def _customer_device(customer: Customer, device: CheckedDevice, by: Actor) -> CustomerDevice:
    return add_device(
        customer,
        category=device.asked.category,
        model_id=device.model.pk if device.model else None,
        described="" if device.model else device.asked.described,
        serial=device.asked.serial,
        imei=device.asked.imei,
        is_held=True,
        by=by,
    )


def _store_consents(checked: Checked, customer: Customer, by: Actor) -> None:
    """The terms with their version, and a yes for each channel that was ticked. What was not ticked was not asked."""

    def agreed(topic: str, wording: str, *, channel: str = "", version: int = 1, language: str = "") -> None:
        record_consent(
            customer, topic=topic, channel=channel, given=True, wording=wording, version=version, language=language,
            source="booking", by=by,
        )  # fmt: skip

    read = terms_in(checked.shop, checked.asked.terms_language or checked.asked.locale)
    if read:
        agreed("terms", read.wording, version=read.version, language=read.language)
    if checked.asked.start_requested:
        agreed("start_early", start_wording())
    for channel in MARKETING_CHANNELS:
        if channel in checked.asked.marketing:
            agreed("marketing", marketing_wording(channel), channel=channel)


def start_wording() -> str:
    """The consumer's express request (Consumer Contracts Regulations 2013, regulation 36)."""
    return _(
        "Please start the work within the 14 days in which I may cancel. I know that I pay for the work done if I cancel "
        "meanwhile, and that I can no longer cancel once the work is complete."
    )


def marketing_wording(channel: str) -> str:
    return {
        "email": _("Send me offers and news by e-mail. I can stop this at any time."),
        "sms": _("Send me offers and news by text message. I can stop this at any time."),
    }[channel]
