"""One file in one size, for whoever may see the thing it belongs to."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revivatech.platform.actors import Actor, by_link
from revivatech.platform.problems import NotFound

from . import policies
from .links import is_signed
from .models import Blob, StoredFile
from .sizes import FULL, SIZES

ORDER = [*SIZES, FULL]


@require_safe
def show(request: HttpRequest, uuid: UUID, size: str) -> HttpResponseBase:
    """The best encoding the browser takes. A removed file, a hidden one and one that never was all answer the same."""
    file = StoredFile.objects.filter(uuid=uuid).first()
    if file is None or size not in ORDER or not _may_see(request, file):
        raise NotFound
    blob = file.blob_for(size, request.headers.get("Accept", ""))
    if blob is None:
        raise NotFound
    etag = f'"{blob.sha256[:32]}"'
    response = get_conditional_response(request, etag=etag) or _sent(file, blob)
    response["ETag"] = etag
    return _guarded(response)


def _may_see(request: HttpRequest, file: StoredFile) -> bool:
    actor: Actor = request.actor  # type: ignore[attr-defined,unused-ignore]
    if policies.may_see(actor, file):
        return True
    return is_signed(file.uuid, request.GET) and policies.may_see(by_link(file.about_kind, file.about_id), file)


def _sent(file: StoredFile, blob: Blob) -> FileResponse:
    """Threat: a document that runs as a page of ours. Only pictures we made are shown; everything else is a download."""
    try:
        opened = default_storage.open(blob.path)
    except FileNotFoundError as problem:
        raise NotFound(_("This file is missing from the storage. Tell the shop.")) from problem
    shown = file.kind == StoredFile.Kind.IMAGE
    name = file.name if not shown else f"{file.name.rpartition('.')[0]}.{blob.path.rpartition('.')[2]}"
    response = FileResponse(opened, as_attachment=not shown, filename=name, content_type=blob.content_type)
    response["Content-Length"] = str(blob.bytes)
    return response


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    """May be kept by this browser alone, which asks again each time: what was hidden a moment ago is not shown."""
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex, noimageindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response
