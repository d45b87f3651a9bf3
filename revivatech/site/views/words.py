"""The owner's own words in other languages, on one page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Invalid

from .. import words


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
def index(request: HttpRequest) -> HttpResponse:
    """Each word beside a field for each language; what is empty is shown as it is."""
    problem = ""
    if request.method == "POST":
        said = dict(zip(request.POST.getlist("text"), map(str.strip, request.POST.getlist("words")), strict=False))
        try:
            words.translate(request.POST.get("language", ""), said, by=acting(request))
        except Invalid as wrong:
            problem = str(next(iter(wrong.errors.values()))[0])
        else:
            messages.success(request, _("Saved."))
            return redirect("site:words")
    languages = [
        (code, name, words.written(code)) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
    ]
    page = {"languages": languages, "problem": problem, "longest": words.LONGEST}
    return render(request, "site/words.html", page, status=422 if problem else 200)
