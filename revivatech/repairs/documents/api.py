"""Certificates for other programs: the current one of a repair, and whether one was ever ours."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from revivatech.accounts.access import acting
from revivatech.platform import signing
from revivatech.platform.api.schemas import one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound

from ..api_schemas import CodePattern
from ..views.workbench import find
from .models import RepairCertificate
from .queries import certificate_by_token, current_certificate

router = Router(tags=["Repairs"])
Code = Annotated[str, Path(pattern=CodePattern, description="`RT-` and seven characters.")]
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


@router.get("/repairs/{code}/certificate", response=CertificateOut, auth=Who("repairs.view"), summary="Its certificate")
def get_certificate(request: HttpRequest, code: Code) -> Any:
    """The current version; none before a repaired device was handed over."""
    row = current_certificate(find(code, by=acting(request)))
    if row is None:
        raise NotFound
    return CertificateOut.of(*certificate_by_token(row.token))


@router.get("/certificates/{token}", response=CertificateOut, auth=Who(public=True), summary="Verify a certificate")
def verify_certificate(request: HttpRequest, token: Token) -> Any:
    """Anybody may check one: what it says, and whether we said it."""
    hit("certificate", address_block(client_address(request)), limit=120, per=3600)
    return CertificateOut.of(*certificate_by_token(token))
