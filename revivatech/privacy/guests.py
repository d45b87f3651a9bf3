"""The same for a customer without an account: staff do it for them, by permission and with the second factor."""

from __future__ import annotations

from django.db import transaction

from revivatech.accounts import audit
from revivatech.accounts.access import require
from revivatech.customers import topics
from revivatech.customers.models import Customer
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import NotFound
from revivatech.platform.realtime.announce import announce

from .actions import still_kept, why_not_erasable
from .events import GuestErasureAsked, GuestExportAsked
from .models import Request
from .problems import HasAccount

PERMISSION = "customers.privacy"


@transaction.atomic
def ask_export(customer_id: int, *, by: Actor) -> Request:
    """A copy of a guest's data; asking again while one is being made gives that one. Raises HasAccount."""
    from .jobs import make_archive

    guest = _locked(customer_id, by)
    if guest.user_id is not None:
        raise HasAccount
    request, new = Request.objects.get_or_create(customer=guest, kind=Request.Kind.EXPORT, done_at=None)
    if new:
        record(GuestExportAsked(customer_id=guest.pk, request_id=request.pk), by=by)
        make_archive.defer(request_id=request.pk)
        announce(topics.customer(guest.pk))
    return request


@transaction.atomic
def ask_erasure(customer_id: int, *, by: Actor) -> Request:
    """Have a guest erased. Raises HasAccount, and GuestBusy while a repair or booking is open."""
    from .jobs import erase_person

    guest = _locked(customer_id, by)
    if problem := why_not_erasable(guest):
        raise problem
    request, new = Request.objects.get_or_create(customer=guest, kind=Request.Kind.ERASURE, done_at=None)
    if new:
        record(GuestErasureAsked(customer_id=guest.pk, request_id=request.pk), by=by)
        erase_person.defer(request_id=request.pk)
        announce(topics.customer(guest.pk))
    return request


def requests_of(guest: Customer, *, by: Actor) -> list[Request]:
    """The newest first. Raises Denied."""
    require(by, PERMISSION)
    return list(Request.objects.filter(customer=guest)[:10])


def archive_of(customer_id: int, request_id: int, *, by: Actor) -> Request:
    """A guest's archive while it is kept; that it is taken out is written into the audit. Raises NotFound, ArchiveGone."""
    require(by, PERMISSION)
    found = Request.objects.filter(pk=request_id, customer=customer_id, kind=Request.Kind.EXPORT).first()
    request = still_kept(found)
    audit.exported("privacy.customer", by=by, chosen={"customer": str(customer_id)})
    return request


def _locked(customer_id: int, by: Actor) -> Customer:
    require(by, PERMISSION)
    guest = Customer.objects.visible_to(by).select_for_update(no_key=True).filter(pk=customer_id).first()
    if guest is None:
        raise NotFound
    return guest
