"""Photos on the repair page: add, describe, remove, bring back. Each returns to the page; adding also speaks JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.receiving import take_in
from revivatech.platform.problems import Conflict, Invalid

from .. import photos


@require_POST
@needs("repairs.view")
def add(request: HttpRequest, code: str) -> HttpResponse:
    """One file or several. Permission is asked for each, so an empty form from outside learns nothing either."""
    given = request.POST

    def take(upload: UploadedFile[Any]) -> StoredFile:
        return photos.add(
            code, upload, label=given.get("label", ""), for_customer="for_customer" in given, key=given.get("key", ""),
            part=given.get("part", "")[:60], by=acting(request),
        )  # fmt: skip

    photos.check_may_add_to(code, by=acting(request))
    return take_in(request, take, back=_back(code, given.get("back", "")))


@require_POST
@needs("repairs.view")
def describe(request: HttpRequest, code: str, photo: UUID) -> HttpResponse:
    given = request.POST
    try:
        photos.describe(
            code, photo, label=given.get("label", ""), caption=given.get("caption", ""),
            for_customer="for_customer" in given, by=acting(request),
        )  # fmt: skip
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.detail))
        return _back(code)
    messages.success(request, _("Saved."))
    return _back(code)


@require_POST
@needs("repairs.view")
def remove(request: HttpRequest, code: str, photo: UUID) -> HttpResponse:
    photos.remove(code, photo, by=acting(request))
    messages.success(request, _("Photo removed. You can bring it back for a week, under “Removed”."))
    return _back(code)


@require_POST
@needs("repairs.view")
def restore(request: HttpRequest, code: str, photo: UUID) -> HttpResponse:
    photos.restore(code, photo, by=acting(request))
    messages.success(request, _("The photo is back."))
    return _back(code)


def _back(code: str, page: str = "") -> HttpResponse:
    if page == "intake":
        return redirect(reverse("repairs:intake", args=[code]) + "#photos")
    return redirect(reverse("repairs:show", args=[code]) + "#photos")
