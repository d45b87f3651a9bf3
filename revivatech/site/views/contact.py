"""The contact page, and the inbox where staff read and answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import business

from .. import contact as actions
from .. import structured
from ..forms import ContactForm, ReplyForm
from ..head import Head
from ..models import ContactMessage
from ..queries import places
from ..topics import INBOX
from .common import show

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Reachable before the shop opens, too: its owner may want to hear from people."""
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial={"about": request.GET.get("about", "")}
    )
    if request.method == "POST" and form.is_valid():
        hit("contact", address_block(client_address(request)), limit=5, per=3600)
        hit(
            "contact-mail", form.cleaned_data["email"].lower(), limit=5, per=86400
        )  # nobody is flooded in another's name
        made = actions.write(**form.cleaned_data, by=acting(request))
        messages.success(request, _("We have your message. Its reference is %(code)s; a confirmation is on its way to %(email)s.") % {"code": made.code, "email": made.email})  # fmt: skip
        return redirect("site:contact")
    path = reverse("site:contact")
    head = Head(
        title=_("Contact us"),
        description=_("Ask a question, tell us about a repair, or complain: a person reads every message and answers."),
        path=path,
        trail=[(_("Contact us"), path)],
        data=[structured.organization(business())],
    )
    return show(
        request, "site/contact.html", head, {"form": form, "places": places()}, status=422 if form.errors else 200
    )


@require_safe
@needs("messages.view")
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "site/inbox/list.html", _listed(request))


@require_safe
@needs("messages.view")
def inbox_now(request: HttpRequest) -> HttpResponse:
    """The list alone, for the open page that keeps itself up to date."""
    return render_block(request, "site/inbox/list.html", "now", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", ContactMessage.State.OPEN)
    rows = ContactMessage.objects.all()
    if state in ContactMessage.State.values:
        rows = rows.filter(state=state)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return {
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "state": state,
        "states": ContactMessage.State.choices,
        "topic": INBOX,
        "src": f"{reverse('site:inbox_now')}?{request.GET.urlencode()}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs("messages.view")
def message(request: HttpRequest, code: str) -> HttpResponse:
    """One message with its answers; a POST answers it."""
    contact = _found(code)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.answer(contact.pk, form.cleaned_data["text"], by=acting(request))
        messages.success(request, _("Your answer is on its way to %(email)s.") % {"email": contact.email})
        return redirect("site:message", code)
    context = {"contact": contact, "replies": list(contact.replies.all()), "form": form}
    return render(request, "site/inbox/show.html", context, status=422 if form.errors else 200)


@require_POST
@needs("messages.send")
def state(request: HttpRequest, code: str) -> HttpResponse:
    actions.put_aside(_found(code).pk, request.POST.get("state", ""), by=acting(request))
    messages.success(request, _("Saved."))
    return redirect("site:message", code)


def _found(code: str) -> ContactMessage:
    found = ContactMessage.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found
