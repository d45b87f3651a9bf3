"""Certificates for other programs: listed, read, issued again after a correction, and checked by anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting
from revivatech.platform import signing
from revivatech.platform.api.once import once_by_key
from revivatech.platform.api.paging import page_of
from revivatech.platform.api.schemas import Cursor, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound

from ..api_schemas import CodePattern
from ..views.workbench import find
from .actions import issue_certificate
from .models import RepairCertificate
from .queries import certificate_by_token, certificates_visible_to, current_certificate, standing

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]
Limit = Annotated[int, Query(ge=1, le=100)]
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,40}$", description="From the paper.")]


class CertificateOut(Schema):
    """`facts` is what was signed; null when the certificate is not genuine. It says nothing of the customer."""

    token: str
    version: int
    standing: Annotated[str, one_of("valid", "superseded", "invalid")]
    issued_at: datetime
    facts: dict[str, Any] | None
    signature: str
    public_key: str = Field(description="Ed25519, 43 URL-safe characters: the present one.")

    @classmethod
    def of(cls, row: RepairCertificate, standing: str) -> CertificateOut:
        return cls(
            token=row.token, version=row.version, standing=standing, issued_at=row.issued_at,
            facts=row.facts if standing != "invalid" else None, signature=row.signature,
            public_key=signing.public_key(),
        )  # fmt: skip


class IssuedOut(Schema):
    """One line of a list; `token` leads to the rest."""

    token: str
    repair: str
    version: int
    standing: Annotated[str, one_of("valid", "superseded", "invalid")]
    issued_at: datetime

    @classmethod
    def of(cls, row: RepairCertificate) -> IssuedOut:
        newer: bool = row.has_newer  # type: ignore[attr-defined] # counted by `certificates_visible_to`
        return cls(
            token=row.token, repair=row.repair.code, version=row.version, standing=standing(row, has_newer=newer),
            issued_at=row.issued_at,
        )  # fmt: skip


@router.get("/repairs/{code}/certificate", response=CertificateOut, auth=Who("repairs.view"), summary="Its certificate")
def get_certificate(request: HttpRequest, code: Code) -> Any:
    """The current version; none before a repaired device was handed over."""
    row = current_certificate(find(code, by=acting(request)))
    if row is None:
        raise NotFound
    return CertificateOut.of(*certificate_by_token(row.token))


@router.get("/certificates", response=Page[IssuedOut], auth=Who("repairs.view"), summary="Certificates issued")
def list_certificates(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Of the repairs you may see: the newest first, every version."""
    return page_of(certificates_visible_to(acting(request)), IssuedOut.of, cursor=cursor, limit=limit)


@router.get(
    "/repairs/{code}/certificates", response=Page[IssuedOut], auth=Who("repairs.view"), summary="All its certificates"
)
def list_certificates_of(request: HttpRequest, code: Code, cursor: Cursor = "", limit: Limit = 50) -> Any:
    repair = find(code, by=acting(request))
    rows = certificates_visible_to(acting(request)).filter(repair=repair)
    return page_of(rows, IssuedOut.of, cursor=cursor, limit=limit)


@router.post(
    "/repairs/{code}/certificates", response=CertificateOut, auth=Who("repairs.hand_over"), summary="Issue it again"
)
@once_by_key
def issue_certificate_again(request: HttpRequest, code: Code) -> Any:
    """After something in it was corrected: a new version, and the one before is superseded. When nothing changed, the
    current one is answered and none is issued."""
    return CertificateOut.of(*certificate_by_token(issue_certificate(code, by=acting(request)).token))


@router.get("/certificates/{token}", response=CertificateOut, auth=Who(public=True), summary="Verify a certificate")
def verify_certificate(request: HttpRequest, token: Token) -> Any:
    """Anybody may check one: what it says, and whether we said it."""
    hit("certificate", address_block(client_address(request)), limit=120, per=3600)
    return CertificateOut.of(*certificate_by_token(token))
