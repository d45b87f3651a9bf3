"""Asking for one's data, and asking to be erased. Both are done by jobs."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from revivatech.accounts import mail
from revivatech.accounts.models import Membership, User
from revivatech.booking.models import Booking
from revivatech.customers import topics
from revivatech.customers.models import Customer
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, NotFound, SignInRequired
from revivatech.platform.realtime.announce import announce
from revivatech.platform.spoken import of_person
from revivatech.repairs.models import Repair

from .archive import write_archive
from .belongings import Person
from .erasing import Erased, erase, forget_files
from .events import ErasureAsked, ExportAsked, GuestErased, UserErased
from .models import Request
from .problems import ArchiveGone, GuestBusy, HasAccount, StaffStay, StillBusy

ARCHIVE_KEPT = timedelta(days=7)


@transaction.atomic
def ask_export(*, by: Actor) -> Request:
    """A copy of one's own data; asking again while one is being made gives that one. Customers and staff alike."""
    from .jobs import make_archive

    user = _locked(by)
    open_one = Request.objects.filter(user=user, kind=Request.Kind.EXPORT, done_at=None).first()
    if open_one:
        return open_one
    request = Request.objects.create(user=user, kind=Request.Kind.EXPORT)
    record(ExportAsked(user_id=user.pk, request_id=request.pk), by=by)
    make_archive.defer(request_id=request.pk)
    return request


@transaction.atomic
def ask_erasure(*, by: Actor) -> Request:
    """Be erased. Raises StaffStay, and StillBusy while a repair or booking is open."""
    from .jobs import erase_person

    user = _locked(by)
    if problem := why_not_erasable(user):
        raise problem
    open_one = Request.objects.filter(user=user, kind=Request.Kind.ERASURE, done_at=None).first()
    if open_one:
        return open_one
    request = Request.objects.create(user=user, kind=Request.Kind.ERASURE)
    record(ErasureAsked(user_id=user.pk, request_id=request.pk), by=by)
    erase_person.defer(request_id=request.pk)
    return request


def why_not_erasable(person: Person) -> Conflict | StaffStay | None:
    if isinstance(person, Customer):
        if person.user_id is not None:
            return HasAccount()
        return GuestBusy() if _busy([person.pk]) else None
    user = person
    if Membership.objects.filter(user=user).exists() or user.removed_at is not None:
        return StaffStay()
    return StillBusy() if _busy(Customer.objects.filter(user=user).values("pk")) else None


def make(request_id: int) -> None:
    """Write the archive of a request, once."""
    request = Request.objects.select_related("user", "customer").filter(pk=request_id, done_at=None).first()
    if request is None:
        return
    with tempfile.TemporaryFile() as target:
        write_archive(request.whose, target)
        size = target.tell()
        target.seek(0)
        path = default_storage.save(f"exports/{ids.new_token()}.zip", File(target))
    now = clock.now()
    done = {"path": path, "bytes": size, "done_at": now, "expires_at": now + ARCHIVE_KEPT}
    if not Request.objects.filter(pk=request_id, done_at=None).update(**done):
        default_storage.delete(path)  # another run was quicker


def carry_out_erasure(request_id: int) -> None:
    """Erase who asked for it, once. Raises StillBusy when something was opened meanwhile: the job tries again."""
    with transaction.atomic():
        request = Request.objects.select_for_update().filter(pk=request_id, done_at=None).first()
        if request is None:
            return
        person = _locked_of(request)
        if problem := why_not_erasable(person):
            raise problem
        address, language = person.email, person.locale
        theirs = Request.objects.filter(user=request.user_id, customer=request.customer_id)
        archives = list(theirs.exclude(path="").values_list("path", flat=True))
        erased = erase(person)
        theirs.update(path="", done_at=clock.now())
        _record_erased(request, erased)
    forget_files(erased.blobs)
    for path in archives:
        default_storage.delete(path)
    if mail.is_on() and address:
        with of_person(language):
            mail.queue(mail.compose("privacy/email/erased", {}), to=address)


def archive_of(request_id: int, *, by: Actor) -> Request:
    """One's own archive while it is kept. Raises NotFound, ArchiveGone."""
    request = Request.objects.filter(pk=request_id, user_id=by.user_id or 0, kind=Request.Kind.EXPORT).first()
    return still_kept(request)


def still_kept(request: Request | None) -> Request:
    if request is None:
        raise NotFound
    if not request.path or request.expires_at is None or request.expires_at <= clock.now():
        raise ArchiveGone
    return request


def forget_archives() -> int:
    """Delete archives whose time is over; returns how many."""
    old = list(Request.objects.filter(expires_at__lte=clock.now()).exclude(path=""))
    for request in old:
        default_storage.delete(request.path)
        Request.objects.filter(pk=request.pk).update(path="")
    return len(old)


def _busy(customers: Any) -> bool:
    return (
        Repair.objects.open().filter(customer__in=customers).exists()
        or Booking.objects.filter(customer__in=customers, status="confirmed").exists()
    )


def _locked_of(request: Request) -> Person:
    person = request.whose
    if isinstance(person, User):
        return User.objects.select_for_update().get(pk=person.pk)
    return Customer.objects.select_for_update().get(pk=person.pk)


def _record_erased(request: Request, erased: Erased) -> None:
    counts = {"deleted": erased.deleted, "changed": erased.changed, "redacted": erased.redacted}
    if request.user_id is not None:
        record(UserErased(user_id=request.user_id, request_id=request.pk, **counts), by=system())
    elif request.customer_id is not None:
        record(GuestErased(customer_id=request.customer_id, request_id=request.pk, **counts), by=system())
        announce(topics.customer(request.customer_id))


def _locked(by: Actor) -> User:
    if by.user_id is None:
        raise SignInRequired
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id)
