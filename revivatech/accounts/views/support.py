"""Support access: who from outside may help, until when, and what they did."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts import mail, support
from revivatech.accounts.access import acting, needs, require
from revivatech.accounts.forms import SupportForm
from revivatech.accounts.models import Membership
from revivatech.platform.problems import Invalid

from .staff import show_invited


@never_cache
@require_http_methods(["GET", "POST"])
@needs("staff.manage")
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def index(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    require(actor, "shop.settings")
    form = SupportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            invited = support.grant(
                email=data["email"], role_id=data["role"].pk, location_id=data["location"], hours=data["hours"],
                reason=data["reason"], language=data["language"], by=actor,
            )  # fmt: skip
        except Invalid as problem:
            for name, errors in problem.errors.items():
                form.add_error(name or None, errors)
        else:
            return show_invited(request, [invited])
    given = Membership.objects.filter(user__in=support.helpers(actor), until__isnull=False)
    page = {
        "form": form, "given": given.select_related("user", "role", "location").order_by("-until"),
        "waiting": support.waiting(), "mail_is_on": mail.is_on(),
    }  # fmt: skip
    return render(request, "accounts/staff/support.html", page, status=422 if form.errors else 200)


@require_POST
@needs("staff.manage")
@reauthentication_required  # type: ignore[untyped-decorator]
def ending(request: HttpRequest, user_id: int) -> HttpResponse:
    support.end(user_id, by=acting(request))
    messages.success(request, _("The support access is over."))
    return redirect("accounts:support")
