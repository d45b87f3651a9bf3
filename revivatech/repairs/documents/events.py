"""What happens to the papers of a repair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..events import RepairEvent


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(RepairEvent):
    """A signed repair certificate exists; a higher `version` takes the place of the one before."""

    name: ClassVar[str] = "repair.certificate_issued"
    says = _("A repair certificate was issued")
    certificate_id: int
    version: int
