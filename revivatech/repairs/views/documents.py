"""Documents of a repair as PDF, for staff and by private link, and the public page of a certificate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.accounts.audit import exported
from revivatech.platform import signing
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Conflict
from revivatech.platform.web.privacy import private_page

from ..documents.actions import issue_certificate
from ..documents.certificate_paper import told
from ..documents.kinds import render as render_document
from ..documents.queries import certificate_by_token, current_certificate
from .public import by_token
from .workbench import find


@private_page
@require_safe
@needs("repairs.view")
def document(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    repair = find(code, by=acting(request))
    content = render_document(kind, repair)
    if kind == "evidence" and request.method == "GET":  # everything about one customer's repair leaves the house
        exported("repair.evidence", by=acting(request), chosen={"repair": repair.code})
    return _pdf(content, f"{repair.code}-{kind}")


@private_page
@require_safe
def customer_document(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """By private link: what is meant for the customer."""
    hit("repair-document", address_block(client_address(request)), limit=60, per=3600)
    repair = by_token(token)
    return _pdf(render_document(kind, repair, for_customer=True), f"{repair.code}-{kind}")


@require_POST
@needs("repairs.hand_over")
def issuance(request: HttpRequest, code: str) -> HttpResponse:
    try:
        row = issue_certificate(code, by=acting(request))
    except Conflict as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("Version %(version)s of the certificate is current.") % {"version": row.version})
    return redirect("repairs:show", code)


@private_page
@require_safe
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody may check a certificate: what it says, and whether we said it."""
    hit("certificate", address_block(client_address(request)), limit=120, per=3600)
    row, standing = certificate_by_token(token)
    context = {
        "certificate": row,
        "facts": row.facts,
        "standing": standing,
        "newest": current_certificate(row.repair),
        "parts": told(row.facts) if standing != "invalid" else [],  # what is not ours must not look like it
        "public_key": signing.public_key(),
        "zone": row.repair.location.zone_name,
    }
    return render(request, "repairs/documents/certificate.html", context)


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
