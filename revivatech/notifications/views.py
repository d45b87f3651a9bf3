"""What was sent, what was not, and why."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import NotFound
from revivatech.shop import mail

from . import outbox
from .models import Message

PAGE = 50
FRAMED: dict[str, list[str]] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}  # type: ignore[dict-item]  # object in the stubs


@require_safe
@needs("messages.view")
def message_list(request: HttpRequest) -> HttpResponse:
    """Newest first; `status` narrows, `q` finds an address or a subject, `before` is the key of the next page."""
    rows = Message.objects.visible_to(acting(request)).defer("text", "html", "attachments")
    status, text, before = (request.GET.get(name, "").replace("\x00", "").strip() for name in ("status", "q", "before"))
    if status in Message.Status.values:
        rows = rows.filter(status=status)
    if text:
        rows = rows.filter(to_address__icontains=text[:100]) | rows.filter(subject__icontains=text[:100])
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("location").order_by("-pk")[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "statuses": Message.Status.choices,
        "status": status,
        "text": text,
        "mail_state": mail.state(),
    }
    return render(request, "notifications/list.html", context)


@require_safe
@needs("messages.view")
@csp_override(FRAMED)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    message = _find(request, pk)
    context = {"message": message, "attempts": message.attempts.all()}
    return render(request, "notifications/show.html", context)


@require_safe
@needs("messages.view")
@xframe_options_sameorigin
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """The message as it looks, in a frame of its own where nothing may run or load."""
    response = HttpResponse(_find(request, pk).html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    return response


@require_POST
@needs("messages.send")
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    outbox.send_again(pk, by=acting(request))
    messages.success(request, _("The message is on its way again."))
    return redirect("notifications:show", pk)


def _find(request: HttpRequest, pk: int) -> Message:
    found = Message.objects.visible_to(acting(request)).select_related("location", "customer").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
