"""Step 5: who books. A signed-in customer's name and address are known and not asked again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from revivatech.customers.actions import Details
from revivatech.customers.phone import readable
from revivatech.shop.queries import business

from ..actions.confirm import marketing_wording, start_wording
from ..forms import DetailsForm
from ..wizard import Step, Wizard
from .common import go_on, profile_of, save, show, wizard_page


def _as_typed(details: dict[str, Any]) -> dict[str, Any]:
    """What is known, with the telephone number as people write it."""
    return {**details, "phone": readable(details["phone"])} if details.get("phone") else details


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.DETAILS)
def details(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    shop, profile, stored = business(), profile_of(request), wizard.details
    known = asdict(Details.of(profile)) if profile else {}
    read = shop.terms_here
    if read and (stored.get("terms_version"), stored.get("terms_language")) != (read.version, read.language):
        stored.pop("terms", None)  # a new version, or one in another language, is read and accepted anew
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        initial=_as_typed({**known, **stored}),
        handover=wizard.handover["method"],
        profile=profile,
        has_terms=read is not None,
    )
    if request.method == "POST" and form.is_valid():
        answer = {
            **form.details(),
            "terms_version": shop.terms_version,
            "terms_language": read.language if read else "",
        }
        return go_on(save(request, lambda answers: answers.update(details=answer)))
    wordings = {"start": start_wording(), "email": marketing_wording("email"), "sms": marketing_wording("sms")}
    context = {"form": form, "profile": profile, "wordings": wordings, "method": wizard.handover["method"]}
    return show(request, Step.DETAILS, wizard, context, status=422 if form.errors else 200)
