"""Certificates, for those who have one and for those who want to check one."""

from __future__ import annotations

from typing import Literal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.questions import Question

from ..models import Repair
from .actions import is_genuine
from .models import RepairCertificate

Standing = Literal["valid", "superseded", "invalid"]


_CURRENT = Question(lambda repair: RepairCertificate.objects.filter(repair_id=repair).order_by("-version")[:1])


def current_certificate(repair: Repair) -> RepairCertificate | None:
    return _CURRENT.first(repair=repair.pk)


def certificate_by_token(token: str) -> tuple[RepairCertificate, Standing]:
    """The certificate and what it is worth now. NotFound for a token we never gave out."""
    found = RepairCertificate.objects.filter(token=token).select_related("repair__location").first()
    if found is None:
        raise NotFound(_("We never issued a certificate under this address. Check that it is complete."))
    return found, _standing(found)


def certificates_visible_to(actor: Actor) -> QuerySet[RepairCertificate]:
    """Of the repairs this actor sees, every version; `has_newer` says whether another came after it."""
    newer = RepairCertificate.objects.filter(repair_id=OuterRef("repair_id"), version__gt=OuterRef("version"))
    rows = RepairCertificate.objects.filter(repair__in=Repair.objects.visible_to(actor))
    return rows.select_related("repair").annotate(has_newer=Exists(newer))


def standing(certificate: RepairCertificate, *, has_newer: bool) -> Standing:
    if not is_genuine(certificate) or certificate.facts.get("version") != certificate.version:
        return "invalid"
    return "superseded" if has_newer else "valid"


def _standing(certificate: RepairCertificate) -> Standing:
    newer = RepairCertificate.objects.filter(repair_id=certificate.repair_id, version__gt=certificate.version)
    return standing(certificate, has_newer=newer.exists())
