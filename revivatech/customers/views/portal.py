"""The signed-in person's own profile."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs_sign_in
from revivatech.platform.problems import Invalid

from .. import actions, queries
from ..forms import ProfileForm
from ..models import Customer
from .workbench import attach


@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
def profile(request: HttpRequest) -> HttpResponse:
    actor = acting(request)
    own = queries.own_profile(actor)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=_initial(request, own))
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("customers:profile")
    consents = [row for row in queries.consents(own).values() if row.topic == "marketing"] if own else []
    context = {"form": form, "consents": consents, "customer": own}
    return render(request, "customers/profile.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: ProfileForm) -> bool:
    actor = acting(request)
    values = form.cleaned_data
    try:
        with transaction.atomic():
            customer = actions.save_own(form.details(), seen=values["seen"], by=actor)
            actions.save_marketing(
                customer,
                {channel: values[field] for channel, field in ProfileForm.CHANNELS},
                {channel: form.wording(field) for channel, field in ProfileForm.CHANNELS},
                source="portal",
                by=actor,
            )
    except Invalid as problem:
        attach(form, problem)
        return False
    return True


def _initial(request: HttpRequest, own: Customer | None) -> dict[str, Any]:
    """What is stored; for somebody without a profile yet, what their sign-in already tells."""
    if own is None:
        user: Any = request.user
        return {"name": user.full_name, "email": user.email, "phone": user.phone, "preferred_contact": "email"}
    details = actions.Details.of(own)
    stored = {name: getattr(details, name) for name in actions.Details.__dataclass_fields__}
    wishes = {field: queries.may_contact(own, "marketing", channel) for channel, field in ProfileForm.CHANNELS}
    return {**stored, **wishes, "seen": details.fingerprint}
