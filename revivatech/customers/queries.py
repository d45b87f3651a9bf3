"""Finding customers and what they agreed to. Rows come through `Customer.objects.visible_to(actor)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from revivatech.platform.actors import Actor
from revivatech.platform.questions import Question

from .models import Consent, Customer, CustomerDevice, Merge
from .names import same
from .phone import PhoneError, normalise


def own_profile(actor: Actor) -> Customer | None:
    """The signed-in person's own customer profile."""
    return Customer.objects.filter(user_id=actor.user_id).first() if actor.user_id is not None else None


def matches(name: str, *, email: str = "", phone: str = "", company: str = "") -> list[Customer]:
    """Profiles that are this very person, newest first.

    The same name, and the same e-mail or phone, and nothing that contradicts: a shared address alone makes nobody the
    same person, and a number we do not know yet belongs to somebody we do not know yet.
    """
    return [
        row
        for row in _SHARING(email=email or None, phone=phone or None)
        if same(row.name, name)
        and _agree(row.email.casefold(), email.casefold())
        and _agree(row.phone, phone)
        and _agree(row.company.casefold(), company.casefold())
    ]


def sharing(*, email: str = "", phone: str = "") -> QuerySet[Customer]:
    """Profiles with this e-mail address or phone number (E.164), newest first: possible duplicates to show to staff."""
    found = Q(pk__in=[])
    if email:
        found |= Q(email__iexact=email)
    if phone:
        found |= Q(phone=phone)
    return Customer.objects.filter(found).order_by("-id")


_SHARING = Question(lambda email, phone: sharing(email=email or "", phone=phone or ""))


def merges_of(customer: Customer) -> QuerySet[Merge]:
    """Merges into this customer, and of its devices, that still stand; the newest first."""
    rows = Merge.objects.filter(customer=customer, undone_at=None)
    return rows.select_related("other", "device__model__brand", "other_device__model__brand")


def became(actor: Actor, pk: int) -> int | None:
    """The customer that this one is today, after merges; itself when it was never merged, None when nobody may know."""
    if not actor.may("customers.view"):
        return None
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        row = Customer.everyone.filter(pk=pk).values_list("merged_into", flat=True).first()
        if row is None:
            break
        pk = row
    return pk


def twin_devices(customer: Customer) -> list[tuple[CustomerDevice, CustomerDevice]]:
    """Pairs of the customer's devices that may be one: the same number, or the same model or words and no numbers that
    differ. The elder comes first: it is the one to keep."""
    rows = list(customer.devices.select_related("model__brand").order_by("id"))
    return [
        (one, two)
        for index, one in enumerate(rows)
        for two in rows[index + 1 :]
        if _agree(one.serial, two.serial) and _agree(one.imei, two.imei) and _same_thing(one, two)
    ]


def same_people(rows: Sequence[Customer]) -> list[tuple[Customer, Customer]]:
    """Pairs among those found that look like one person: the same name with the same e-mail or phone, elder first."""
    ordered = sorted(rows, key=lambda row: row.pk)
    return [
        (one, two)
        for index, one in enumerate(ordered)
        for two in ordered[index + 1 :]
        if same(one.name, two.name)
        and ((one.email and one.email.casefold() == two.email.casefold()) or (one.phone and one.phone == two.phone))
    ]


def search(rows: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Rows whose name, company, e-mail or phone (in any format) fit what was typed; all words must fit."""
    for word in text.split()[:6]:
        rows = rows.filter(_with_part(word) | _phone(word, text))
    return rows


def people_with(word: str, *, whole: bool = False) -> QuerySet[Customer]:
    """Customers with the word in name, company, e-mail or phone, merged ones too; with `whole`, with exactly this phone."""
    return Customer.everyone.filter(Q(phone=word) if whole else _with_part(word) | _phone(word, word))


def people_at(email: str) -> QuerySet[Customer]:
    """Customers with exactly this address, merged ones too."""
    return Customer.everyone.filter(email__iexact=email)


def _with_part(word: str) -> Q:
    """One or two letters must begin a word: they would stand somewhere within most names, and no index finds them there."""
    if len(word) > 2:
        return Q(name__icontains=word) | Q(company__icontains=word) | Q(email__icontains=word)
    begins = Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    return begins | Q(company__istartswith=word) | Q(company__icontains=f" {word}") | Q(email__istartswith=word)


def consents(customer: Customer) -> Mapping[tuple[str, str], Consent]:
    """The consent that counts now, by topic and channel: the newest row."""
    return {(row.topic, row.channel): row for row in Consent.objects.filter(customer=customer).order_by("id")}


def may_contact(customer: Customer, topic: str, channel: str) -> bool:
    """Whether the customer said yes to `topic` on `channel` and has not taken it back."""
    newest = Consent.objects.filter(customer=customer, topic=topic, channel=channel).order_by("-id").first()
    return newest is not None and newest.given


def _same_thing(one: CustomerDevice, two: CustomerDevice) -> bool:
    if (one.serial and one.serial == two.serial) or (one.imei and one.imei == two.imei):
        return True
    if one.model_id is not None or two.model_id is not None:
        return one.model_id == two.model_id
    return same(one.described, two.described)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _phone(word: str, text: str) -> Q:
    """A whole number in any format, or a run of its digits. A number typed with spaces counts for each of its parts."""
    found = Q(pk__in=[])
    for typed in {word, text}:
        digits = "".join(character for character in typed if character.isdigit())
        if len(digits) < 3 or any(character.isalpha() for character in typed):
            continue
        found |= Q(phone__contains=digits.removeprefix("0"))
        try:
            found |= Q(phone=normalise(typed))
        except PhoneError:
            continue
    return found
