"""Photos of the shop: the settings page, and what browsers and link previews fetch."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.files.problems import FileRefused
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Invalid, NotFound
from revivatech.shop.queries import business

from .. import photos
from ..forms import PhotoForm
from .common import FOR_OTHERS
from .face import FOR_EVER


@require_safe
@cache_control(max_age=FOR_EVER, public=True, immutable=True)
def show(request: HttpRequest, uuid: UUID, size: str) -> HttpResponseBase:
    """A public photo in one size. A photo that is replaced has another address."""
    blob = photos.blob(str(uuid), size, request.headers.get("Accept", ""))
    try:
        opened = default_storage.open(blob.path)
    except FileNotFoundError as lost:
        raise NotFound from lost
    response = FileResponse(opened, content_type=blob.content_type, headers=FOR_OTHERS)
    response["Content-Length"] = str(blob.bytes)
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
@cache_control(max_age=FOR_EVER, public=True, immutable=True)
def card(request: HttpRequest, uuid: UUID) -> HttpResponse:
    hit("card", address_block(client_address(request)), limit=120, per=60)
    return HttpResponse(photos.card(str(uuid)), content_type="image/jpeg", headers=FOR_OTHERS)


@require_safe
@needs("shop.settings")
def index(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs("shop.settings")
def add(request: HttpRequest, place: str) -> HttpResponse:
    if place not in photos.places():
        raise NotFound
    form = PhotoForm(request.POST, request.FILES, prefix=place)
    if form.is_valid():
        try:
            photos.add(place, form.cleaned_data["photo"], form.words(), by=acting(request))
        except FileRefused as problem:
            form.add_error("photo", str(problem.detail))
        else:
            messages.success(request, _("Saved. Look at it below, then publish it."))
            return redirect("site:photos")
    return _page(request, {place: form})


@require_POST
@needs("shop.settings")
def change(request: HttpRequest, place: str) -> HttpResponse:
    """Publish the photo that waits, take one away, or say anew what one shows."""
    act, which = request.POST.get("act", ""), request.POST.get("which", "")
    if act == "publish":
        photos.publish(place, by=acting(request))
        messages.success(request, _("Visitors see the photo now."))
    elif act == "remove":
        photos.remove(place, which, by=acting(request))
        messages.success(request, _("The photo is taken away."))
    else:
        words = {code: request.POST.get(f"alt_{code}", "") for code, _name in settings.LANGUAGES}
        try:
            photos.describe(place, which, words, by=acting(request))
        except Invalid:
            messages.error(request, _("Say in each language what the photo shows."))
        else:
            messages.success(request, _("Saved."))
    return redirect("site:photos")


def _page(request: HttpRequest, filled: dict[str, PhotoForm] | None = None) -> HttpResponse:
    stored, forms = business().photos, filled or {}
    rows = [
        (key, words, stored.get(key, {}), forms.get(key) or PhotoForm(prefix=key))
        for key, words in photos.places().items()
    ]
    context = {"rows": rows, "languages": settings.LANGUAGES, "most": photos.MOST_WORDS, "described": photos.described}
    return render(request, "site/photos.html", context, status=422 if filled else 200)
