"""Profiles, their devices and what they agreed to. Every verb is one transaction; called inside another, it belongs to that one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from revivatech.accounts.actions import change_profile
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.inserting import insert
from revivatech.platform.locking import lock
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.questions import Question
from revivatech.platform.realtime.announce import announce

from .. import imei as imeis
from .. import policies, queries, topics
from ..events import AccountJoined, ConsentRecorded, CustomerChanged, CustomerCreated, DeviceAdded
from ..models import Consent, Customer, CustomerDevice, PreferredContact
from ..names import tidy
from ..phone import PhoneError, normalise
from ..problems import CustomerChangedMeanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What we know of a person. Raw input is welcome: `checked()` tidies it or raises `Invalid`, by field."""

    name: str
    email: str = ""
    phone: str = ""
    preferred_contact: str = PreferredContact.EMAIL.value
    is_business: bool = False
    company: str = ""
    vat_number: str = ""

    @classmethod
    def of(cls, customer: Customer) -> Details:
        return cls(**{field: getattr(customer, field) for field in cls.__dataclass_fields__})

    @property
    def fingerprint(self) -> str:
        """Tells a form whether what it shows is still what is stored."""
        return hashlib.sha256(repr([str(value) for value in asdict(self).values()]).encode()).hexdigest()[:32]

    def checked(self) -> Details:
        errors: dict[str, list[str]] = {}
        tidied = replace(
            self,
            name=_text(self.name, 120, "name", errors),
            email=_email(self.email, errors),
            phone=_phone(self.phone, errors),
            company=_text(self.company, 120, "company", errors),
            vat_number=_text(self.vat_number, 20, "vat_number", errors),
        )
        if not tidied.name:
            errors.setdefault("name", []).append(_("Enter a name."))
        if not self.email.strip() and not self.phone.strip():
            errors.setdefault("email", []).append(
                _("Enter an e-mail address or a phone number, so that we can reach you.")
            )
        if self.preferred_contact not in PreferredContact.values:
            errors["preferred_contact"] = [_("Choose one of the ways listed.")]
        if errors:
            raise Invalid(errors)
        return tidied


def find_or_create(
    name: str,
    email: str = "",
    phone: str = "",
    *,
    preferred_contact: str = PreferredContact.EMAIL.value,
    is_business: bool = False,
    company: str = "",
    vat_number: str = "",
    locale: str = "",
    by: Actor,
) -> Customer:
    """The profile of the person who books, made when we do not know them yet.

    Signed-in people get their own profile. For everybody else see `queries.matches`. A stranger's words never change
    a profile that belongs to an account, and fill in only what was empty in a guest's.
    """
    details = Details(
        name=name,
        email=email,
        phone=phone,
        preferred_contact=preferred_contact,
        is_business=is_business,
        company=company,
        vat_number=vat_number,
    ).checked()
    with transaction.atomic(savepoint=False):
        # Two forms of one new person sent at once must not make two profiles.
        lock(*[f"customer:{value.casefold()}" for value in (details.email, details.phone) if value])
        if by.user_id is not None and not by.may("customers.edit"):
            return _own(details, locale, by.user_id, by=by)
        for match in queries.matches(details.name, email=details.email, phone=details.phone, company=details.company):
            known = Customer.objects.select_for_update().filter(pk=match.pk).first()
            if known is None:  # merged into another one this very moment
                continue
            complete = fill_blanks(Details.of(known), details)
            if known.user_id is None or by.may("customers.edit"):
                write_in(known, locale, by=by)
                return store(known, complete, by=by)
            if complete == Details.of(known):
                return known
        return _create(details, locale=locale, user_id=None, by=by)


def create(details: Details, *, locale: str = "", by: Actor) -> Customer:
    """A new customer entered by staff, who were shown possible duplicates first."""
    policies.check_staff_edit(by)
    with transaction.atomic():
        return _create(details.checked(), locale=locale, user_id=None, by=by)


def edit(customer_id: int, details: Details, *, language: str = "", seen: str = "", by: Actor) -> Customer:
    """Change a profile; no `language`: it stays. `seen` is the fingerprint of the details the form was filled from."""
    checked = details.checked()
    with transaction.atomic():
        customer = find_for_change(customer_id, by=by)
        policies.check_edit(by, customer)
        if seen and seen != Details.of(customer).fingerprint:
            raise CustomerChangedMeanwhile
        write_in(customer, language, by=by)
        return store(customer, checked, by=by)


def save_own(details: Details, *, locale: str = "", seen: str = "", by: Actor) -> Customer:
    """The signed-in person's own profile, made at the first save."""
    if by.user_id is None:
        raise NotFound
    with transaction.atomic():
        lock(f"customer-of-user:{by.user_id}")
        own = queries.own_profile(by)
        if own is None:
            saved = _create(details.checked(), locale=locale, user_id=by.user_id, by=by)
        else:
            saved = edit(own.pk, details, seen=seen, by=by)
        change_profile(full_name=saved.name, phone=saved.phone, by=by)  # the account is called as its owner says
        return saved


def add_device(
    customer: Customer,
    *,
    category: str,
    model_id: int | None = None,
    described: str = "",
    serial: str = "",
    imei: str = "",
    colour: str = "",
    is_held: bool = False,
    by: Actor,
) -> CustomerDevice:
    """A device of `customer`, whom the caller found through its own door. The same IMEI or serial is the same device.

    `is_held`: the caller's transaction has made or locked the profile already, as `find_or_create` does.
    """
    _check_own(customer, by)
    errors: dict[str, list[str]] = {}
    words = _text(described, 120, "described", errors)
    number = _text(serial, 40, "serial", errors).upper()
    shade = _text(colour, 40, "colour", errors)
    try:
        identity = imeis.normalise(imei) if imei.strip() else ""
    except imeis.ImeiError as reason:
        errors["imei"] = [str(reason)]
    if model_id is None and not words:
        errors["described"] = [_("Choose the model, or write what device it is.")]
    if errors:
        raise Invalid(errors)
    with transaction.atomic(savepoint=False):
        if not is_held:
            hold(customer.pk)
        known = _known_device(customer, serial=number, imei=identity)
        if known is not None:
            return known
        device = CustomerDevice(
            customer=customer,
            category=category,
            model_id=model_id,
            described=words,
            serial=number,
            imei=identity,
            colour=shade,
        )
        insert(device)
        record(DeviceAdded(customer_id=customer.pk, device_id=device.pk), by=by)
        announce(topics.customer(customer.pk))
        return device


def record_consent(
    customer: Customer,
    *,
    topic: str,
    given: bool,
    wording: str,
    source: str,
    channel: str = "",
    version: int = 1,
    language: str = "",
    by: Actor,
) -> Consent:
    """Keep a yes or a no with the exact words it was given to. The newest counts; earlier ones stay as proof."""
    _check_own(customer, by)
    with transaction.atomic():
        hold(customer.pk)
        consent = Consent.objects.create(
            customer=customer,
            topic=topic,
            channel=channel,
            given=given,
            wording=wording,
            language=language or get_language() or settings.LANGUAGE_CODE,
            version=version,
            source=source,
        )
        record(
            ConsentRecorded(customer_id=customer.pk, consent_id=consent.pk, topic=topic, channel=channel, given=given),
            by=by,
        )
        announce(topics.customer(customer.pk))
        return consent


def save_marketing(
    customer: Customer, wishes: Mapping[str, bool], wordings: Mapping[str, str], *, source: str, by: Actor
) -> None:
    """Yes or no to marketing per channel. Only a change is a new row; a no that was never a yes needs no proof."""
    with transaction.atomic():
        hold(customer.pk)
        for channel, wish in wishes.items():
            if wish != queries.may_contact(customer, "marketing", channel):
                record_consent(
                    customer,
                    topic="marketing",
                    channel=channel,
                    given=wish,
                    wording=wordings[channel],
                    source=source,
                    by=by,
                )


def attach(customer: Customer, user_id: int, *, by: Actor) -> None:
    """The profile belongs to that account from now on."""
    customer.user_id = user_id
    customer.save(update_fields=["user"])
    record(AccountJoined(customer_id=customer.pk, user_id=user_id), by=by)
    announce(topics.customer(customer.pk))


def find_for_change(customer_id: int, *, by: Actor) -> Customer:
    """The row, locked; `NotFound` for outsiders."""
    customer = Customer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        raise NotFound
    return customer


def hold(customer_id: int) -> None:
    """Lock the profile against a merge: what is added to it must not be left behind at one that is no more."""
    if not _HELD(pk=customer_id):
        raise CustomerChangedMeanwhile


_HELD = Question(lambda pk: Customer.objects.select_for_update().filter(pk=pk).values_list("pk"))


def _own(details: Details, locale: str, user_id: int, *, by: Actor) -> Customer:
    """Names and addresses are changed on the profile page only; how to be reached about this booking is news."""
    lock(f"customer-of-user:{user_id}")
    own = Customer.objects.select_for_update(of=("self",)).filter(user_id=user_id).first()
    if own is None:
        return _create(details, locale=locale, user_id=user_id, by=by)
    fresh = replace(
        fill_blanks(Details.of(own), details),
        phone=details.phone or own.phone,
        preferred_contact=details.preferred_contact,
    )
    return store(own, fresh, by=by)


def _create(details: Details, *, locale: str, user_id: int | None, by: Actor) -> Customer:
    customer = insert(Customer(**asdict(details), locale=locale or settings.LANGUAGE_CODE, user_id=user_id))
    record(CustomerCreated(customer_id=customer.pk), by=by, is_first=True)
    announce(topics.customer(customer.pk))
    return customer


def write_in(customer: Customer, language: str, *, by: Actor) -> None:
    """The language of our messages to them; an empty or unknown one changes nothing. The row is locked."""
    if language in dict(settings.LANGUAGES) and customer.locale != language:
        customer.locale = language
        customer.save(update_fields=["locale"])
        record(CustomerChanged(customer_id=customer.pk, fields=["locale"]), by=by)
        announce(topics.customer(customer.pk))


def store(customer: Customer, details: Details, *, by: Actor) -> Customer:
    """Write checked details to the locked row, and tell which of them changed."""
    changed = [field for field, value in asdict(details).items() if value != getattr(customer, field)]
    if not changed:
        return customer
    for field in changed:
        setattr(customer, field, getattr(details, field))
    customer.save(update_fields=changed)
    record(CustomerChanged(customer_id=customer.pk, fields=changed), by=by)
    announce(topics.customer(customer.pk))
    return customer


def fill_blanks(known: Details, news: Details) -> Details:
    """What is known, with what was empty taken from `news`."""
    blanks: dict[str, Any] = {
        field: getattr(news, field)
        for field in ("email", "phone", "company", "vat_number")
        if not getattr(known, field) and getattr(news, field)
    }
    return replace(known, **blanks, is_business=known.is_business or bool(blanks.get("company")))


def _check_own(customer: Customer, by: Actor) -> None:
    """Visitors and private links act on the profile their booking found; a signed-in customer on their own only."""
    if by.kind == "customer" and customer.user_id != by.user_id:
        raise NotFound
    if by.is_staff:
        policies.check_edit(by, customer)


def _known_device(customer: Customer, *, serial: str, imei: str) -> CustomerDevice | None:
    if not (imei or serial):
        return None
    mine = CustomerDevice.objects.filter(customer=customer)
    return (mine.filter(imei=imei) if imei else mine.filter(serial=serial)).first()


def _text(value: str, longest: int, field: str, errors: dict[str, list[str]]) -> str:
    tidied = tidy(value[: longest * 20])
    if len(tidied) > longest:
        errors.setdefault(field, []).append(
            _("Use at most %(longest)s characters; this has %(count)s.") % {"longest": longest, "count": len(value)}
        )
    return tidied


def _email(value: str, errors: dict[str, list[str]]) -> str:
    address = value.strip()
    if address:
        try:
            if len(address) > 254:
                raise ValidationError("")
            validate_email(address)
        except ValidationError:
            errors["email"] = [_("Enter an e-mail address, such as name@example.com.")]
    return address


def checked_email(value: str) -> str:
    """One address. Invalid when it is none."""
    errors: dict[str, list[str]] = {}
    address = _email(value, errors)
    if errors or not address:
        raise Invalid(errors or {"email": [_("Enter an e-mail address, such as name@example.com.")]})
    return address


def _phone(value: str, errors: dict[str, list[str]]) -> str:
    try:
        return normalise(value) if value.strip() else ""
    except PhoneError as reason:
        errors["phone"] = [str(reason)]
        return ""
