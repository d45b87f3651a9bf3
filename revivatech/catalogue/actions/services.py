"""Add, edit, hide, show and reorder the services (repair types)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.platform.problems import Invalid, NotFound

from ..choices import Category
from ..events import ServiceAdded, ServiceChanged, ServiceHidden, ServiceMoved, ServiceShown
from ..models import PriceRule, Service
from ..policies import check_prices

STEP = 10  # between two positions


@dataclass(frozen=True, slots=True)
class ServiceValues:
    """What customers read of a service, and for which kinds of device it is offered (none named: for every kind)."""

    name: str
    summary: str = ""
    icon: str = ""
    categories: tuple[str, ...] = ()
    has_quality: bool = False


@transaction.atomic
def add_service(values: ServiceValues, *, by: Actor) -> Service:
    """A service of the shop's own, last in the list. Raises `Invalid` when one is called so already."""
    check_prices(by)
    lock("catalogue:services")
    _check(values, None)
    last = Service.objects.aggregate(last=Max("position"))["last"] or 0
    service = Service.objects.create(key=_free_key(values.name), position=last + STEP, **_columns(values))
    record(ServiceAdded(service_id=service.pk, after=_state(service)), by=by)
    return service


@transaction.atomic
def edit_service(service_id: int, values: ServiceValues, *, by: Actor) -> Service:
    """Change a service. Its key stays, for the bookings, repairs and stored prices that name it."""
    check_prices(by)
    lock("catalogue:services")
    service = _locked(service_id)
    _check(values, service)
    before = _state(service)
    for name, value in _columns(values).items():
        setattr(service, name, value)
    service.save()
    after = _state(service)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        event = ServiceChanged(
            service_id=service.pk,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        record(event, by=by)
    return service


@transaction.atomic
def hide_service(service_id: int, *, by: Actor) -> None:
    """Offer it no longer, online or at the counter. Whatever names it keeps it, and so do its prices."""
    _set_bookable(service_id, False, by=by)


@transaction.atomic
def show_service(service_id: int, *, by: Actor) -> None:
    _set_bookable(service_id, True, by=by)


@transaction.atomic
def move_service(service_id: int, *, place: int, by: Actor) -> None:
    """Put a service at a place of the list, 1 for the first; a place outside means the nearest end."""
    check_prices(by)
    lock("catalogue:services")
    service = _locked(service_id)
    order = list(Service.objects.order_by("position", "name", "pk").values_list("pk", flat=True))
    before = order.index(service.pk) + 1
    after = min(max(place, 1), len(order))
    if before == after:
        return
    order.insert(after - 1, order.pop(before - 1))
    for number, pk in enumerate(order, start=1):
        Service.objects.filter(pk=pk).exclude(position=number * STEP).update(position=number * STEP)
    record(ServiceMoved(service_id=service.pk, before=before, after=after), by=by)


def _set_bookable(service_id: int, bookable: bool, *, by: Actor) -> None:
    check_prices(by)
    service = _locked(service_id)
    if service.bookable == bookable:
        return
    service.bookable = bookable
    service.save(update_fields=["bookable"])
    record((ServiceShown if bookable else ServiceHidden)(service_id=service.pk), by=by)


def _locked(service_id: int) -> Service:
    service = Service.objects.select_for_update().filter(pk=service_id).first()
    if service is None:
        raise NotFound
    return service


def _check(values: ServiceValues, service: Service | None) -> None:
    if not values.name.strip():
        raise Invalid({"name": [_("Write what customers call this repair.")]})
    if set(values.categories) - set(Category.values):
        raise Invalid({"categories": [_("Choose from the kinds in the list.")]})
    others = Service.objects.filter(name__iexact=values.name.strip())
    if service is not None:
        others = others.exclude(pk=service.pk)
    if other := others.first():
        raise Invalid(
            {
                "name": [
                    _("There is a service of this name already.")
                    if other.bookable
                    else _("There is a service of this name already; it is hidden. Show that one again.")
                ]
            },
            service_id=other.pk,
        )
    narrowed = PriceRule.objects.filter(service=service, active=True).exclude(quality="")
    if service is not None and not values.has_quality and narrowed.exists():
        raise Invalid({"has_quality": [_("Some prices hold for one quality of part. Stop using those first.")]})


def _columns(values: ServiceValues) -> dict[str, Any]:
    """Every kind of device named is the same as none: new kinds are then covered too."""
    named = [key for key in Category.values if key in values.categories]
    return {**asdict(values), "name": values.name.strip(), "categories": [] if len(named) == len(Category) else named}


def _free_key(name: str) -> str:
    """A key nobody has: "Face ID" becomes face_id, the next one face_id_2."""
    base = slugify(name).replace("-", "_")[:34] or "service"
    taken = set(Service.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def _state(service: Service) -> dict[str, Any]:
    """The service as JSON types, for the log."""
    names = ("name", "summary", "icon", "categories", "has_quality", "bookable")
    return {name: getattr(service, name) for name in names}
