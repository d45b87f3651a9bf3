"""Who checks the work of whom, and what they said of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.accounts.models import Membership
from revivatech.accounts.permissions import OWNER
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid

from .. import statuses as s
from ..events import QualityChecked
from ..models import QualityCheck, Repair
from ..problems import SecondPersonNeeded


def second_people(repair: Repair) -> list[int]:
    """Who else could check the work: active people who may work here, by any role but the owner's alone."""
    held = Membership.objects.filter(role__permissions__contains=["repairs.work"], user__is_active=True)
    here = held.filter(location_id=repair.location_id) | held.filter(location_id__isnull=True)
    return sorted(set(here.exclude(role__key=OWNER).values_list("user_id", flat=True)))


def repairer(repair: Repair) -> int | None:
    """Whose work is checked: the technician of the last visit to the bench."""
    visits = [visit for visit in repair.runs.all() if visit.status == s.REPAIR_WORK]
    return max(visits, key=lambda visit: visit.pk).technician_id if visits else None


def checks_own_work(actor: Actor, repair: Repair) -> bool:
    """Whether the actor repaired it and somebody else is there to check it."""
    who = repairer(repair)
    return who is not None and who == actor.user_id and any(pk != who for pk in second_people(repair))


def judge_locked(repair: Repair, *, passed: bool, score: int | None, reason: str, by: Actor) -> None:
    """Keep the verdict of a quality check, for a repair that the caller has locked and is about to move.

    Raises SecondPersonNeeded when the repairer passes their own work while a colleague could look at it.
    """
    if passed and checks_own_work(by, repair):
        raise SecondPersonNeeded(
            _("You repaired this device. Ask a colleague to check it, then it goes on to testing.")
        )
    if score is not None and not 1 <= score <= 5:
        raise Invalid({"score": [_("Choose a score from 1 to 5.")]})
    why = reason.strip()[:500]
    QualityCheck.objects.create(
        repair=repair, passed=passed, score=score, reason=why, by_id=by.user_id, by_label=by.label
    )
    if score is not None or (passed and why):  # the move itself is in the log anyway
        record(QualityChecked(repair_id=repair.pk, passed=passed, score=score, reason=why), by=by)
