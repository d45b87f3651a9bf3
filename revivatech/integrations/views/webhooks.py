"""Webhooks: make, change, test, the log of deliveries, replay."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid, NotFound

from .. import actions
from ..forms import WebhookForm
from ..models import Delivery, Webhook
from ..shown_once import keep, take

PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def new(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (saved := _saved(request, None, form)):
        return redirect("integrations:webhook", saved.pk)
    return _form(request, form, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def change(request: HttpRequest, pk: int) -> HttpResponse:
    webhook = _find(pk)
    now = {"url": webhook.url, "about": webhook.about, "events": webhook.events, "on": webhook.state == "on"}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid() and _saved(request, pk, form):
        messages.success(request, _("Saved."))
        return redirect("integrations:webhook", pk)
    return _form(request, form, webhook)


@never_cache
@require_safe
@needs("shop.settings")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Its state, its secret when that is new, and the log, newest first; `before` is the key of the next page."""
    webhook = _find(pk)
    rows = webhook.deliveries.all()
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.prefetch_related("attempts")[: PAGE + 1])
    context = {
        "webhook": webhook, "rows": found[:PAGE], "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "secret": take(request),
    }  # fmt: skip
    return render(request, "integrations/webhook.html", context)


@never_cache
@require_safe
@needs("shop.settings")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    found = Delivery.objects.select_related("webhook").filter(pk=pk, webhook__removed_at=None).first()
    if found is None:
        raise NotFound
    return render(request, "integrations/delivery.html", {"delivery": found, "attempts": found.attempts.all()})


@require_POST
@needs("shop.settings")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    sent = actions.replay(pk, by=acting(request))
    messages.success(request, _("It is sent again, under the same id."))
    return redirect("integrations:delivery", sent.pk)


@require_POST
@needs("shop.settings")
def test(request: HttpRequest, pk: int) -> HttpResponse:
    actions.test_webhook(pk, by=acting(request))
    messages.success(request, _("A test is on its way. Reload this page to see the answer."))
    return redirect("integrations:webhook", pk)


@require_POST
@needs("shop.settings")
@reauthentication_required  # type: ignore[untyped-decorator]
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    keep(request, str(pk), actions.change_secret(pk, by=acting(request)))
    return redirect("integrations:webhook", pk)


@require_POST
@needs("shop.settings")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    actions.remove_webhook(pk, by=acting(request))
    messages.success(request, _("The webhook is removed."))
    return redirect("integrations:index")


def _find(pk: int) -> Webhook:
    found = Webhook.objects.filter(pk=pk, removed_at=None).first()
    if found is None:
        raise NotFound
    return found


def _form(request: HttpRequest, form: WebhookForm, webhook: Webhook | None) -> HttpResponse:
    context = {"form": form, "webhook": webhook}
    return render(request, "integrations/webhook_form.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, pk: int | None, form: WebhookForm) -> Webhook | None:
    data: dict[str, Any] = form.cleaned_data
    try:
        webhook, fresh = actions.save_webhook(pk, **data, by=acting(request))
    except Invalid as problem:
        for name, errors in problem.errors.items():
            for error in errors:
                form.add_error(name if name in form.fields else None, error)
        return None
    if fresh:
        keep(request, str(webhook.pk), fresh)
    return webhook
