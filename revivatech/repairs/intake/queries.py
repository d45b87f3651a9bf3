"""What pages and documents show of the intake."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.shop.queries import business

from .. import statuses as s
from ..models import Repair, SelfCheckIn, TermsSignature


def signature_of(repair: Repair) -> TermsSignature | None:
    """The latest one. `path` is the drawing for an SVG of 1000 by 300; with `how` paper there is none."""
    return TermsSignature.objects.filter(repair=repair).order_by("-id").first()


def same_device(repair: Repair) -> QuerySet[Repair]:
    """Other open repairs with the same serial number or IMEI, at any location."""
    return same_identity(repair.device.serial, repair.device.imei).exclude(pk=repair.pk)


def same_identity(serial: str, imei: str) -> QuerySet[Repair]:
    wanted = Q()
    if serial.strip():
        wanted |= Q(device__serial__iexact=serial.strip())
    if imei.strip():
        wanted |= Q(device__imei=imei.strip())
    if not wanted:
        return Repair.objects.none()
    return Repair.objects.open().filter(wanted).select_related("location")


def twins(repair: Repair, actor: Actor) -> list[tuple[str, bool]]:
    """(code, may be opened) of other open repairs of this very device. What one may not see is not named."""
    return named(same_device(repair), actor)


def named(rows: QuerySet[Repair], actor: Actor) -> list[tuple[str, bool]]:
    """The same for any open repairs, such as those of a serial number that is being typed."""
    found = list(rows[:5])
    seen = set(Repair.objects.visible_to(actor).filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return [(row.code if row.pk in seen else "", row.pk in seen) for row in found]


def on_bench(repair: Repair, actor: Actor) -> dict[str, Any]:
    """For the repair page."""
    waiting = SelfCheckIn.objects.filter(repair=repair).first() if repair.status == s.BOOKED else None
    return {
        "intake": {
            "signature": signature_of(repair),
            "terms": business().has_terms,
            "marks": list(repair.damage_marks.select_related("photo")),
            "twins": twins(repair, actor),
            "self_check_in": waiting,
        }
    }


def in_words(name: str, payload: dict[str, Any], *, for_staff: bool) -> str:
    """An event of this folder for the timeline; empty when it is not for this reader."""
    if name == "repair.terms_signed":
        return _("Terms, version %(version)s, signed by %(who)s") % {
            "version": payload["version"],
            "who": payload["said_name"],
        }
    if name == "repair.damage_marked":
        notes = ", ".join(f"{number} {note}" for number, note in payload["marks"].items())
        return _("Damage noted: %(what)s") % {"what": notes}
    if name == "repair.damage_unmarked" and for_staff:
        return _("Damage mark removed: %(what)s") % {"what": payload["note"]}
    if name == "repair.self_checked_in":
        return _("Checked in by the customer")
    return ""
