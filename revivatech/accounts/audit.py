"""Who did what, when, from where: the event log as the owner reads it, and two things only accounts can write into it.

There is one log. Every change of the product is in it already; here sign-ins and exports are added, and it is searched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.events import words
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock

from . import events
from .access import require
from .actors import actor_of
from .models import User
from .queries import with_email

# What an owner looks for, by names of events; the rest of the log is under "everything".
GROUPS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "sign_in": (
        _("Sign-ins"),
        (
            "user.signed_in", "user.sign_in_failed", "user.password_changed", "user.session_ended", "user.second_factor_added",
            "user.second_factor_removed", "user.second_factor_reset", "user.provider_connected", "user.provider_disconnected", "user.refresh_token_reused", "user.signed_up",
            "user.email_verified",
        ),
    ),
    "access": (
        _("People and permissions"),
        (
            "user.membership_changed", "user.suspended", "user.reactivated", "user.removed", "user.owner_created",
            "user.staff_imported", "user.profile_changed", "invitation.sent", "invitation.revoked", "invitation.accepted",
            "role.added", "role.changed", "role.removed", "support.granted", "support.ended", "api_client.key_made",
            "api_client.key_revoked", "company.contact_invited", "company.contact_joined", "company.contact_rights_changed",
            "company.contact_removed", "company.invitation_withdrawn",
        ),
    ),
    "exports": (
        _("Exports and secrets"),
        (
            "user.data_exported", "user.export_asked", "user.erasure_asked", "user.erased", "customer.export_asked",
            "customer.erasure_asked", "customer.erased", "repair.passcode_viewed", "repair.passcode_destroyed",
        ),
    ),
    "prices": (
        _("Prices and money"),
        (
            "price_rule.added", "price_rule.changed", "business.starter_prices_reviewed", "repair.price_proposed",
            "repair.price_answered", "repair.quote_sent", "repair.quote_approved", "repair.quote_declined", "repair.quote_withdrawn",
            "repair.warranty_return_opened", "service.added", "service.changed", "service.hidden", "service.shown", "service.moved",
        ),
    ),
    "settings": (
        _("Settings"),
        (
            "shop.settings_changed", "shop.location_added", "shop.opened", "shop.mail_tested", "checklist.changed", "sign_in.keys_changed",
            "text.published", "text.withdrawn", "words.translated", "quote_template.saved", "quote_template.removed",
            "webhook.saved", "webhook.removed", "webhook.secret_changed", "webhook.switched_off",
        ),
    ),
}  # fmt: skip
EXPORTED_AT_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the audit is narrowed to. `text`: a name of an event or words of it, a part of a person's name or address of
    sign-in, or an IP address. Moments are UTC; `until` is not included."""

    text: str = ""
    group: str = ""
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def in_words(self) -> dict[str, str]:
        told = {"text": self.text, "group": self.group, "person": str(self.person or "")}
        for name, moment in (("since", self.since), ("until", self.until)):
            told[name] = moment.date().isoformat() if moment else ""
        return {name: value for name, value in told.items() if value}


def found(asked: Asked, *, by: Actor, before: int | None = None) -> QuerySet[EventRecord]:
    """Newest first; `before` is the id the page above ended with. Raises Denied without audit.view."""
    require(by, "audit.view")
    rows = EventRecord.objects.order_by("-id")
    if asked.group in GROUPS:
        rows = rows.filter(name__in=GROUPS[asked.group][1])
    if asked.person is not None:
        rows = rows.filter(actor_id=asked.person)
    if asked.since:
        rows = rows.filter(at__gte=asked.since, pk__gte=_first_after(asked.since - _LONGEST) or 0)
    if asked.until:
        rows = rows.filter(at__lt=asked.until)
        if later := _first_after(asked.until + _LONGEST):
            rows = rows.filter(pk__lt=later)
    if asked.text:
        rows = _with_text(rows, asked.text)
    return rows if before is None else rows.filter(pk__lt=before)


def newest(asked: Asked, most: int, *, by: Actor, before: int | None = None) -> list[EventRecord]:
    """The first `most` of `found`. A group is as many looks by the index as it has names: asked for all of them at once,
    the newest would be picked from every row of these names there ever was."""
    names = GROUPS[asked.group][1] if asked.group in GROUPS else ()
    if not names:
        return list(found(asked, by=by, before=before)[:most])
    rows = found(replace(asked, group=""), by=by, before=before)
    first, *others = (rows.filter(name=name).values_list("pk", flat=True)[:most] for name in names)
    ids = sorted(first.union(*others, all=True), reverse=True)[:most]
    return list(EventRecord.objects.filter(pk__in=ids).order_by("-id"))


_LONGEST = timedelta(hours=1)  # no transaction takes longer between its clock and its rows


def _first_after(moment: datetime) -> int | None:
    """The id of the first event from then on: ids grow with time, so it bounds what has to be read."""
    found: int | None = EventRecord.objects.filter(at__gte=moment).order_by("at").values_list("pk", flat=True).first()
    return found


def _with_text(rows: QuerySet[EventRecord], text: str) -> QuerySet[EventRecord]:
    """Everything found by an index: an address, an event by name or in the reader's words, or people by name or e-mail."""
    try:
        return rows.filter(address=str(ip_address(text)))
    except ValueError:
        pass
    if "." in text and "@" not in text and " " not in text:
        return rows.filter(name__startswith=text.lower())
    people = User.objects.filter(full_name__icontains=text) | User.objects.filter(email__icontains=text)
    by_them = Q(actor_id__in=list(people.order_by("pk").values_list("pk", flat=True)[:200]))
    return rows.filter(by_them | Q(name__in=words.names_saying(text)))


def lines(asked: Asked, *, by: Actor) -> Iterator[str]:
    """The audit as CSV, newest first, at most EXPORTED_AT_MOST rows; written into the audit before the first line leaves."""
    require(by, "exports.run")
    rows = list(found(asked, by=by)[:EXPORTED_AT_MOST])
    exported("audit", by=by, rows=len(rows), chosen=asked.in_words())
    head = ("id", "at", "event", "subject", "actor", "actor_kind", "address", "details", "request", "hash")
    yield "\ufeff" + ",".join(head) + "\r\n"
    for row in rows:
        subject = f"{row.subject_kind}:{row.subject_id}"
        details = "; ".join(f"{name}={value}" for name, value in row.payload.items())
        who = f"{row.actor_label} ({row.actor_id})" if row.actor_id else row.actor_label
        yield _csv(
            [
                row.pk,
                row.at.isoformat(),
                row.name,
                subject,
                who,
                row.actor_kind,
                row.address,
                details,
                row.request_id,
                row.hash,
            ]
        )


def _csv(cells: list[Any]) -> str:
    line = io.StringIO()
    # A cell that begins like a formula would be run by a spreadsheet.
    csv.writer(line).writerow(
        ["'" + c if isinstance(c, str) and c[:1] in ("=", "+", "-", "@", "\t") else c for c in cells]
    )
    return line.getvalue()


@transaction.atomic
def exported(what: str, *, by: Actor, rows: int | None = None, chosen: dict[str, str] | None = None) -> None:
    """Write down that somebody takes data out. Call it before the first byte leaves."""
    if by.user_id is None:
        return  # a command or job acts on somebody's order, which is in the log itself
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    record(events.DataExported(user_id=by.user_id, what=what, rows=rows, chosen=chosen or None), by=by)


@transaction.atomic
def signed_in(user: User, *, how: list[str], device: str, new_device: bool) -> None:
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    record(events.SignedIn(user_id=user.pk, how=how, device=device, new_device=new_device), by=actor_of(locked))


def has_signed_in(user: User) -> bool:
    return EventRecord.objects.filter(subject_kind="user", subject_id=user.pk, name=events.SignedIn.name).exists()


@transaction.atomic
def sign_in_failed(email: str, *, step: str, device: str) -> None:
    """The same two writes for an address with an account and one without."""
    user = with_email(email)
    pk = user.pk if user else 0
    lock(f"accounts.sign_in_failed:{pk}")
    record(events.SignInFailed(user_id=pk, step=step, device=device), by=Actor("visitor", label="Visitor"))
