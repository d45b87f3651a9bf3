"""Keys for other programs: the list, a new one shown once, and taking one back."""

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
from revivatech.platform.problems import Invalid

from .. import actions
from ..forms import KeyForm
from ..keys import SCOPES
from ..models import ApiClient, Webhook
from ..shown_once import keep, take

MOST = 100


@never_cache
@require_safe
@needs("shop.settings")
def index(request: HttpRequest) -> HttpResponse:
    """Keys and webhooks on one page: what other programs may do, and what they are told."""
    clients = ApiClient.objects.select_related("person", "location")[:MOST]
    context = {
        "clients": [(client, client.state(), [SCOPES.get(name, name) for name in client.scopes]) for client in clients],
        "webhooks": Webhook.objects.filter(removed_at=None)[:MOST],
        "new_key": take(request),
    }
    return render(request, "integrations/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def new_key(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _made(request, form):
        return redirect("integrations:index")
    return render(request, "integrations/key.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@needs("shop.settings")
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    client = actions.revoke_key(pk, by=acting(request))
    messages.success(request, _("The key of %(name)s opens nothing any more.") % {"name": client})
    return redirect("integrations:index")


def _made(request: HttpRequest, form: KeyForm) -> bool:
    data: dict[str, Any] = dict(form.cleaned_data)
    location = data.pop("location")
    try:
        client, key = actions.make_key(**data, location_id=location.pk if location else None, by=acting(request))
    except Invalid as problem:
        for name, errors in problem.errors.items():
            for error in errors:
                form.add_error(name if name in form.fields else None, error)
        return False
    keep(request, client.name, key)
    return True
