"""The owner's screen of the rights by law: whose law applies, and in which words it is told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid, NotFound

from ..models import RightsText
from . import rights
from .models import Law


@require_http_methods(["GET", "HEAD", "POST"])
@needs(rights.PERMISSION)
def choice(request: HttpRequest) -> HttpResponse:
    """Whose rules apply, and the texts there are."""
    problem = None
    if request.method == "POST":
        try:
            rights.choose(request.POST.get("law", "")[:10], by=acting(request))
        except Invalid as refused:
            problem = refused
        else:
            messages.success(request, _("Saved."))
            return redirect("repairs:rights")
    context = {
        "chosen": rights.chosen(),
        "laws": [("", _("By the country of each location")), *Law.choices],
        "texts": [(law, rights.shown(rights.current_version(law)), rights.current_version(law)) for law in Law],
        "problem": problem,
    }
    return render(request, "repairs/warranty/settings.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(rights.PERMISSION)
def text(request: HttpRequest, law: str) -> HttpResponse:
    """Write the words of one law anew."""
    if law not in Law.values:
        raise NotFound
    problem = None
    if request.method == "POST":
        try:
            rights.write(law, request.POST.get("text", "").replace("\x00", ""), by=acting(request))
        except Invalid as refused:
            problem = refused
        else:
            messages.success(request, _("Saved. Repairs handed over before keep the text they were shown with."))
            return redirect("repairs:rights")
    return render(
        request, "repairs/warranty/rights_text.html", _text(request, law, problem), status=422 if problem else 200
    )


def _text(request: HttpRequest, law: str, problem: Invalid | None) -> dict[str, Any]:
    versions = list(RightsText.objects.filter(law=law).order_by("-version")[:20])
    return {
        "law": Law(law),
        "versions": versions,
        "now": rights.shown(rights.current_version(law)),
        "typed": request.POST.get("text", versions[0].text if versions else ""),
        "problem": problem,
    }
