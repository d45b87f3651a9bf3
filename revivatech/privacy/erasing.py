"""Taking a person out of everything we keep. What tax and warranty law needs stays: repairs, prices, dates, under no name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from revivatech.accounts.actions import end_sessions
from revivatech.accounts.models import User
from revivatech.customers.models import Customer
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.redaction import redact
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.storing import delete_blobs
from revivatech.platform.idempotency import IdempotencyKey
from revivatech.platform.realtime.announce import revoke

from .belongings import Belongings, Person, addresses_of, belongings, customers_of, subjects_of
from .words import ERASED, Words

# Rows that say nothing without the person.
DELETED = (
    "account.EmailAddress", "mfa.Authenticator", "socialaccount.SocialAccount", "usersessions.UserSession", "booking.BookingDraft", "customers.CustomerNote", "customers.Contact", "customers.ContactInvitation",
    "site.Review", "site.ReviewOptOut", "site.ContactReply", "site.ContactMessage", "repairs.Passcode", "notifications.Message", "platform.StoredFile",
)  # fmt: skip
# Fields that identify whatever is in them; the row stays.
EMPTIED: dict[str, dict[str, Any]] = {
    "customers.Customer": {"phone": "", "company": "", "vat_number": ""},
    "customers.CustomerDevice": {"serial": "", "imei": ""},
    "booking.Booking": {"address": {}},
    "repairs.TermsSignature": {"name": ERASED, "strokes": [], "how": "paper"},
    "repairs.Handover": {"received_by": ERASED, "tracking_number": ""},
    "quotes.QuoteAnswer": {"said_by": ERASED, "user_agent": "", "address_hash": ""},
    "repairs.PriceAnswer": {"said_by": ERASED},
}
# Nothing in them tells who the customer is, and the database lets nobody change them.
LEFT_ALONE = ("repairs.RepairCertificate", "privacy.Request", "accounts.User")


@dataclass(slots=True)
class Erased:
    deleted: int = 0
    changed: int = 0
    redacted: int = 0
    blobs: tuple[str, ...] = ()


def erase(person: Person) -> Erased:
    """All of it in the caller's transaction; the files themselves go with `forget_files` after it."""
    found = belongings(person)
    user = person if isinstance(person, User) else None
    customers = customers_of(found)
    addresses = list(EmailAddress.objects.filter(user=user).values_list("email", flat=True))
    words = Words(user, customers, addresses)
    proven = addresses_of(person)
    rest = _Unattached(proven, found)
    erased = Erased(blobs=_blobs(found))
    for label in DELETED:
        erased.deleted += _delete(label, found)
    erased.deleted += rest.delete_jobs() + (_delete_as_colleague(proven) if user else 0)
    erased.changed += rest.scrub_answers(words)
    for model, pks in found.items():
        if model._meta.label not in (*DELETED, *LEFT_ALONE):
            erased.changed += _scrub(model, pks, words)
    for customer in customers:
        anonymous = {"name": f"Erased customer {customer.pk}", "email": f"erased-{customer.pk}@erased.invalid"}
        Customer._base_manager.filter(pk=customer.pk).update(**anonymous)
    erased.redacted = _redact(user, found, words)
    if user:
        _close_account(user)
    return erased


def forget_files(paths: tuple[str, ...]) -> None:
    delete_blobs(list(paths))


def _blobs(found: Belongings) -> tuple[str, ...]:
    files = found.get(StoredFile, set())
    return tuple(
        StoredFile._base_manager.filter(pk__in=files).exclude(blobs=None).values_list("blobs__path", flat=True)
    )


def _delete(label: str, found: Belongings) -> int:
    model = apps.get_model(label)
    return int(model._base_manager.filter(pk__in=found.get(model, ())).delete()[0])


def _delete_as_colleague(proven: list[str]) -> int:
    """What they were written to when they worked here: it hangs on other people's repairs, and names them."""
    named = models.Q()
    for address in proven:
        named |= models.Q(to_address__iexact=address)
    messages = apps.get_model("notifications.Message")._base_manager.filter(to_staff=True)
    return int(messages.filter(named).delete()[0]) if named else 0


class _Unattached:
    """Rows that name the person and point to nobody: answers kept for repeats, and jobs.

    They are found by what is surely theirs: addresses they proved, as a whole address and not a part of another one, and
    the codes of their own rows. An address that somebody merely typed into a profile of theirs may be another person's.
    """

    def __init__(self, addresses: list[str], found: Belongings) -> None:
        self.addresses = [rf"(^|[^a-z0-9.+_-]){re.escape(one)}(?![.]?[a-z0-9_-])" for one in addresses]
        codes = [
            value
            for model, pks in found.items()
            for name in ("code", "token")
            if any(field.name == name and field.unique for field in model._meta.local_fields)
            for value in model._base_manager.filter(pk__in=pks).values_list(name, flat=True)
        ]
        self.codes = [re.escape(code) for code in codes if len(code) >= 8]

    def delete_jobs(self) -> int:
        rows = self._naming(ProcrastinateJob, "args", self.addresses)
        return rows._raw_delete(rows.db) if self.addresses else 0

    def scrub_answers(self, words: Words) -> int:
        """The key stays, so that a form sent once more still does nothing twice."""
        changed = 0
        marks = self.addresses + self.codes
        for start in range(0, len(marks), 200):
            for row in self._naming(IdempotencyKey, "result", marks[start : start + 200]).order_by("pk"):
                after = words.scrubbed(row.result)
                if after != row.result:
                    IdempotencyKey.objects.filter(pk=row.pk).update(result=after)
                    changed += 1
        return changed

    def _naming(self, model: type[models.Model], column: str, marks: list[str]) -> models.QuerySet[Any]:
        rows = model._base_manager.annotate(searched=Cast(column, models.TextField()))
        return rows.filter(searched__iregex="|".join(f"({mark})" for mark in marks))


def _scrub(model: type[models.Model], pks: set[Any], words: Words) -> int:
    columns = [field for field in model._meta.local_concrete_fields if _holds_words(field)]
    emptied = EMPTIED.get(model._meta.label, {})
    changed = 0
    for row in model._base_manager.filter(pk__in=pks).order_by("pk").iterator(chunk_size=200):
        before = {field.name: getattr(row, field.name) for field in columns}
        after = {name: words.scrubbed(value) for name, value in before.items()} | emptied
        if any(getattr(row, name) != value for name, value in after.items()):
            model._base_manager.filter(pk=row.pk).update(**after)
            changed += 1
    return changed


def _holds_words(field: models.Field[Any, Any]) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.unique
    )


def _redact(user: User | None, found: Belongings, words: Words) -> int:
    logs = models.Q(actor_kind__in=("customer", "visitor", "link"), actor_id=user.pk) if user else models.Q()
    for kind, pks in subjects_of(found).items():
        logs |= models.Q(subject_kind=kind, subject_id__in=pks)
    count = 0
    for row in EventRecord.objects.filter(logs).order_by("pk").iterator(chunk_size=200):
        own = user is not None and row.actor_id == user.pk
        payload, label = words.scrubbed(row.payload), ERASED if own else words.scrubbed(row.actor_label)
        address = "" if own or row.subject_kind == "user" else row.address
        if (payload, label, address) != (row.payload, row.actor_label, row.address):
            redact(row, payload=payload, actor_label=label, address=address)
            count += 1
    _scrub_told(EventRecord.objects.filter(logs), words)
    return count


def _scrub_told(rows: models.QuerySet[EventRecord], words: Words) -> None:
    """What was sent to other programs about these events is kept for sending it again."""
    for delivery in apps.get_model("integrations.Delivery")._base_manager.filter(event__in=rows).order_by("pk"):
        if words.found_in(delivery.body):
            type(delivery)._base_manager.filter(pk=delivery.pk).update(body=words.scrubbed(delivery.body))


def _close_account(user: User) -> None:
    user.email, user.full_name, user.phone = f"erased-{user.pk}@erased.invalid", "", ""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["email", "full_name", "phone", "is_active", "password"])
    end_sessions(user)
    revoke(f"user:{user.pk}")
