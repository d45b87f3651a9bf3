"""What people asked to be done with their data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.accounts.events import UserEvent
from revivatech.platform.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ExportAsked(UserEvent):
    """The person wants a copy of their own data."""

    name: ClassVar[str] = "user.export_asked"
    says = _("A person asked for a copy of their data")
    request_id: int


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(UserEvent):
    """The person wants to be erased, and confirmed it."""

    name: ClassVar[str] = "user.erasure_asked"
    says = _("A person asked to be erased")
    request_id: int


@dataclass(frozen=True, kw_only=True)
class UserErased(UserEvent):
    """Done: how many rows were deleted, how many changed, how many events lost the person."""

    name: ClassVar[str] = "user.erased"
    says = _("A person was erased")
    request_id: int
    deleted: int
    changed: int
    redacted: int


@dataclass(frozen=True, kw_only=True)
class GuestExportAsked(Event):
    """Staff make a copy of the data of a customer without an account, who asked for it."""

    name: ClassVar[str] = "customer.export_asked"
    says = _("A copy of a customer’s data was asked for")
    subject_field: ClassVar[str] = "customer_id"
    customer_id: int
    request_id: int


@dataclass(frozen=True, kw_only=True)
class GuestErasureAsked(Event):
    """Staff have a customer without an account erased, who asked for it."""

    name: ClassVar[str] = "customer.erasure_asked"
    says = _("A customer’s erasure was asked for")
    subject_field: ClassVar[str] = "customer_id"
    customer_id: int
    request_id: int


@dataclass(frozen=True, kw_only=True)
class GuestErased(Event):
    """Done, as `user.erased`."""

    name: ClassVar[str] = "customer.erased"
    says = _("A customer was erased")
    subject_field: ClassVar[str] = "customer_id"
    customer_id: int
    request_id: int
    deleted: int
    changed: int
    redacted: int
