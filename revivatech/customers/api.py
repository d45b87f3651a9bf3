"""Customers and their devices for other programs: found, read, merged, and parted again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from revivatech.accounts.access import acting, require
from revivatech.platform.actors import Actor
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of, whole
from revivatech.platform.api.schemas import Cursor, In, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.problems import NotFound

from . import actions, queries
from .models import Customer, CustomerDevice, Merge, PreferredContact
from .names import tidy
from .preview import Preview, preview_of

router = Router(tags=["Customers"])
Id = Annotated[Key, Path()]
VIEW, EDIT = "customers.view", "customers.edit"


class CustomerOut(Schema):
    """`flags` are for staff: what to know before going on. `phone` is in the international format. `seen` goes into a change."""

    id: int
    name: str
    email: str
    phone: str
    preferred_contact: Annotated[str, one_of(*PreferredContact.values)]
    is_business: bool
    company: str
    vat_number: str
    has_account: bool
    flags: list[str]
    created_at: datetime
    language: str
    seen: str

    @classmethod
    def of(cls, row: Customer, actor: Actor) -> CustomerOut:
        return cls(
            id=row.pk, name=row.name, email=row.email, phone=row.phone, preferred_contact=row.preferred_contact,
            is_business=row.is_business, company=row.company, vat_number=row.vat_number,
            has_account=row.user_id is not None, flags=row.flags if actor.may(VIEW) else [], created_at=row.created_at,
            language=row.locale, seen=actions.Details.of(row).fingerprint,
        )  # fmt: skip


class OwnedDeviceOut(Schema):
    id: int
    name: str
    category: str
    model: int | None = Field(description="Of the catalogue; null when it was described in words.")
    serial: str
    imei: str
    colour: str

    @classmethod
    def of(cls, row: CustomerDevice) -> OwnedDeviceOut:
        return cls(
            id=row.pk, name=str(row), category=row.category, model=row.model_id, serial=row.serial, imei=row.imei,
            colour=row.colour,
        )  # fmt: skip


class TwinsOut(Schema):
    keep: OwnedDeviceOut
    other: OwnedDeviceOut


class DuplicatesOut(Schema):
    """`customers` share the e-mail address or the number; `devices` may be one. Nothing is merged by itself."""

    customers: list[CustomerOut]
    devices: list[TwinsOut]


class ComparedOut(Schema):
    """`lost`: the other one's value differs and stays in its own record only."""

    label: str
    kept: str
    other: str
    result: str
    lost: bool


class MovesOut(Schema):
    what: str
    count: int


class PreviewOut(Schema):
    """What a merge would do. Send `seen` with it: when one of them changed meanwhile, the merge is refused."""

    lines: list[ComparedOut]
    moves: list[MovesOut]
    refused: str = Field(description="Why it cannot be done; empty when it can.")
    seen: str

    @classmethod
    def of(cls, preview: Preview) -> PreviewOut:
        lines = [
            ComparedOut(label=str(one.label), kept=one.kept, other=one.other, result=one.result, lost=one.lost)
            for one in preview.lines
        ]
        moves = [MovesOut(what=what, count=count) for what, count in preview.moves]
        return cls(lines=lines, moves=moves, refused=str(preview.refused), seen=preview.seen)


class MergeOut(Schema):
    """A merge that stands. `other` names the customer or the device that became part of this one."""

    id: int
    about: Annotated[str, one_of("customer", "device")]
    other: int
    other_name: str
    by: str
    at: datetime

    @classmethod
    def of(cls, row: Merge) -> MergeOut:
        gone = row.other or row.other_device
        assert gone is not None  # by a constraint
        about = "customer" if row.other_id else "device"
        return cls(id=row.pk, about=about, other=gone.pk, other_name=str(gone), by=row.by_label, at=row.at)


class MergeIn(In):
    """`seen` as the preview gave it."""

    other: Key
    seen: Annotated[str, Field(min_length=1, max_length=64)]


class DeviceMergeIn(In):
    keep: Key
    other: Key


@router.get("/customers", response=Page[CustomerOut], auth=Who(VIEW), summary="Find customers")
def list_customers(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="Parts of name, company, e-mail or phone.")] = "",
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    """Staff: all, the newest first. Customers: their own profile."""
    actor = acting(request)
    rows = queries.search(Customer.objects.visible_to(actor), tidy(q)).prefetch_related("notes")
    return page_of(rows, lambda row: CustomerOut.of(row, actor), cursor=cursor, limit=limit)


@router.get("/customers/{customer}", response=CustomerOut, auth=Who(VIEW), summary="One customer")
def get_customer(request: HttpRequest, customer: Id) -> Any:
    """After a merge the id of the one that is no more answers with the one that was kept."""
    actor = acting(request)
    return CustomerOut.of(find(actor, queries.became(actor, customer) or customer), actor)


@router.get("/customers/{customer}/devices", response=Page[OwnedDeviceOut], auth=Who(VIEW), summary="Their devices")
def list_customer_devices(
    request: HttpRequest, customer: Id, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> Any:
    rows = find(acting(request), customer).devices.select_related("model__brand")
    return page_of(rows, OwnedDeviceOut.of, cursor=cursor, limit=limit)


@router.get("/customers/{customer}/duplicates", response=DuplicatesOut, auth=Who(VIEW), summary="Who may be the same")
def list_duplicates(request: HttpRequest, customer: Id) -> Any:
    actor = acting(request)
    require(actor, VIEW)
    row = find(actor, customer)
    sharing = queries.sharing(email=row.email, phone=row.phone).exclude(pk=row.pk).prefetch_related("notes")[:20]
    twins = [
        TwinsOut(keep=OwnedDeviceOut.of(keep), other=OwnedDeviceOut.of(other))
        for keep, other in queries.twin_devices(row)
    ]
    return DuplicatesOut(customers=[CustomerOut.of(one, actor) for one in sharing], devices=twins)


@router.get(
    "/customers/{customer}/merge-previews/{other}", response=PreviewOut, auth=Who(EDIT), summary="Before a merge"
)
def preview_merge(request: HttpRequest, customer: Id, other: Id) -> Any:
    """What would stay and what would move, if `other` became part of this customer."""
    require(acting(request), EDIT)
    if customer == other:
        raise NotFound
    return PreviewOut.of(preview_of(find(acting(request), customer), find(acting(request), other)))


@router.get("/customers/{customer}/merges", response=Page[MergeOut], auth=Who(VIEW), summary="Merges that stand")
def list_merges(request: HttpRequest, customer: Id) -> Any:
    require(acting(request), VIEW)
    return _merges(request, customer)


@router.post(
    "/customers/{customer}/merges", response={201: CustomerOut}, auth=Who(EDIT), summary="Merge another into it"
)
@once_by_key
def merge_customers(request: HttpRequest, customer: Id, asked: MergeIn) -> Any:
    """Everything of `other` comes here; values of this one win, its blanks are filled. It can be undone."""
    kept = actions.merge(customer, asked.other, seen=asked.seen, by=acting(request))
    return Status(201, CustomerOut.of(kept, acting(request)))


@router.post(
    "/customers/{customer}/device-merges", response={201: OwnedDeviceOut}, auth=Who(EDIT), summary="Merge two devices"
)
@once_by_key
def merge_devices(request: HttpRequest, customer: Id, asked: DeviceMergeIn) -> Any:
    """One device entered twice: the repairs of `other` become those of `keep`. It can be undone."""
    kept = actions.merge_devices(customer, asked.keep, asked.other, by=acting(request))
    return Status(201, OwnedDeviceOut.of(kept))


@router.post(
    "/customers/{customer}/merges/{merge}/reversal", response=Page[MergeOut], auth=Who(EDIT), summary="Undo a merge"
)
@once_by_key
def undo_merge(request: HttpRequest, customer: Id, merge: Id) -> Any:
    """Refused with `changed_since_merge` when something since could belong to either. Answers the merges that still stand."""
    actions.unmerge(customer, merge, by=acting(request))
    return _merges(request, customer)


def _merges(request: HttpRequest, customer: int) -> Any:
    return whole([MergeOut.of(row) for row in queries.merges_of(find(acting(request), customer))])


def find(actor: Actor, pk: int) -> Customer:
    """NotFound for outsiders."""
    row = Customer.objects.visible_to(actor).filter(pk=pk).prefetch_related("notes").first()
    if row is None:
        raise NotFound
    return row
