"""Addresses of files. Pages opened by a private link carry signed ones: their reader has no session to be known by."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.urls import reverse

from revivatech.platform import clock
from revivatech.platform.problems import Gone

if TYPE_CHECKING:
    from django.http import QueryDict

    from .models import StoredFile

STEP = (
    3 * 3600
)  # seconds; an address lives for one to two steps, and stays the same within one so that pages can be compared


def file_url(file: StoredFile, size: str = "full", *, signed: bool = False) -> str:
    """With `signed`, whoever has the address is taken for a reader of the private link of the thing the file belongs to."""
    address = reverse("files:show", args=[file.uuid, size])
    if not signed:
        return address
    until = (int(clock.now().timestamp()) // STEP + 2) * STEP
    return f"{address}?until={until}&sig={_signature(file.uuid, until)}"


def is_signed(uuid: UUID, query: QueryDict) -> bool:
    """Whether the address carries our signature. Raises Gone when it did, too long ago."""
    until, given = query.get("until", ""), query.get("sig", "")
    if not (until.isascii() and until.isdigit() and len(until) < 16 and given.isascii()):
        return False
    if not hmac.compare_digest(_signature(uuid, int(until)), given):
        return False
    if int(until) < clock.now().timestamp():
        raise Gone
    return True


def _signature(uuid: UUID, until: int) -> str:
    return signing.Signer(salt="revivatech.files.link").signature(f"{uuid}:{until}")
