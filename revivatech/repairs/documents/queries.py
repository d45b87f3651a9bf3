"""Certificates, for those who have one and for those who want to check one."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _

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


def _standing(certificate: RepairCertificate) -> Standing:
    if not is_genuine(certificate) or certificate.facts.get("version") != certificate.version:
        return "invalid"
    newer = RepairCertificate.objects.filter(repair_id=certificate.repair_id, version__gt=certificate.version)
    return "superseded" if newer.exists() else "valid"
