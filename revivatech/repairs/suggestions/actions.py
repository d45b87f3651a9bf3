"""What a manager says a technician can do."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.accounts.models import Membership, User
from revivatech.catalogue.choices import Category
from revivatech.catalogue.models import Service
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid, NotFound

from ..models import TechnicianSkill
from .events import SkillChanged
from .models import Level

PERMISSION = "repairs.assign"


def technicians_of(actor: Actor) -> list[User]:
    """Active people who work on repairs wherever the actor may assign them, by name."""
    held = Membership.objects.filter(role__permissions__contains=["repairs.work"], user__is_active=True)
    where = actor.locations_for(PERMISSION)
    if where is not None:
        held = held.filter(location_id__in=where) | held.filter(location_id__isnull=True)
    return sorted(User.objects.filter(pk__in=held.values("user_id")), key=str)


@transaction.atomic
def set_skill(
    technician_id: int, *, service_key: str, category: str, level: int | None, by: Actor
) -> TechnicianSkill | None:
    """Say how well they do a service on a kind of device; None takes it back. An empty service or kind means every one."""
    require(by, PERMISSION)
    if technician_id not in {person.pk for person in technicians_of(by)}:
        raise NotFound
    User.objects.select_for_update(no_key=True).get(pk=technician_id)  # the subject of the log
    _check(service_key, category, level)
    row = TechnicianSkill.objects.filter(
        technician_id=technician_id, service_key=service_key, category=category
    ).first()
    before = row.level if row else None
    if before == level:
        return row
    if level is None:
        assert row is not None
        row.delete()
        row = None
    else:
        row = row or TechnicianSkill(technician_id=technician_id, service_key=service_key, category=category)
        row.level, row.changed_at = level, clock.now()
        row.save()
    record(
        SkillChanged(user_id=technician_id, service_key=service_key, category=category, before=before, after=level),
        by=by,
    )
    return row


def _check(service_key: str, category: str, level: int | None) -> None:
    errors = {}
    if service_key and not Service.objects.filter(key=service_key).exists() and level is not None:
        errors["service_key"] = [_("Choose a service of the catalogue.")]
    if category and category not in Category.values:
        errors["category"] = [_("Choose a kind of device.")]
    if level is not None and level not in Level.values:
        errors["level"] = [_("Choose how well they do it.")]
    if errors:
        raise Invalid(errors)
