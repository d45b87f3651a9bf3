"""What visitors read of the owner's texts, and the settings pages where they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import escape

from revivatech.accounts.access import acting, needs
from revivatech.platform.files.problems import FileRefused
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.web.languages import plain
from revivatech.shop.models import Business
from revivatech.shop.queries import business

from .. import photos, pictures, structured, text_pictures, texts
from ..forms import PictureForm, PlaceForm, TextForm
from ..head import Head
from ..kept import same_for_all
from ..models import Text, TextVersion
from ..rendering import questions
from ..starters import NAMED, shipped
from .common import show


@require_safe
@same_for_all
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text as published, or as shipped. These pages do not wait for the shop to open."""
    shop = business()
    found = _terms(shop) if slug == "terms" else texts.shown(slug, shop)
    if found is None or "--" in slug or (slug in texts.RESERVED and plain(request.path).startswith("/pages/")):
        raise NotFound
    return _read(request, found, shop)


def _read(request: HttpRequest, found: texts.Shown, shop: Business, *, preview: bool = False) -> HttpResponse:
    path = texts.address(found.slug)
    pairs = questions(found.html) if found.slug == "faq" else []
    pictured = photos.shown(shop, photos.TEAM, photos.WORKSHOP) if found.slug == "about" else []
    data = [structured.pictured(structured.organization(shop), pictured)]
    if pairs:
        data.append(structured.faq(pairs))
    head = Head(
        title=found.title,
        description=found.summary or found.title,
        path=path,
        trail=[(found.title, path)],
        data=data,
        image=photos.card_of(pictured),
        index=not preview,
    )
    return show(
        request, "site/texts/page.html", head, {"text": found, "pairs": pairs, "preview": preview, "pictured": pictured}
    )


def _terms(shop: Business) -> texts.Shown | None:
    """The terms customers accept when they book. They are kept with the business, as plain text with a version."""
    read = shop.terms_here
    if read is None:
        return None
    summary = _("The terms customers accept when they book, version %(n)s.") % {"n": read.version}
    return texts.Shown("terms", _("Terms of repair"), summary, escape(read.wording), None, read.language)


@require_safe
@needs("shop.settings")
def index(request: HttpRequest) -> HttpResponse:
    """Every text: those the product names, then the owner's own."""
    rows = {row.slug: row for row in Text.objects.select_related("published")}
    named = [(item, rows.get(slug)) for slug, item in NAMED.items()]
    own = [row for slug, row in rows.items() if texts.split(slug)[0] == slug and slug not in NAMED]
    context = {"named": named, "own": own, "address": texts.address, "languages": _languages(rows)}
    return render(request, "site/texts/index.html", context)


def _languages(rows: dict[str, Text]) -> Callable[[str], list[tuple[str, str, bool]]]:
    """Of a text, for each language but English: the language's name, the row that holds it, and whether the owner's words
    are read in it. Where the English ones are the owner's and these are not, visitors read English."""

    def of(slug: str) -> list[tuple[str, str, bool]]:
        public = {key for key, row in rows.items() if row.published_id is not None}
        return [
            (name, there, there in public or slug not in public)
            for code, name in settings.LANGUAGES
            if (there := texts.in_language(slug, code)) != slug
        ]

    return of


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
def new(request: HttpRequest) -> HttpResponse:
    form = TextForm(request.POST if request.method == "POST" else None, new=True)
    if request.method == "POST" and form.is_valid():
        version = texts.save(**form.cleaned_data, by=acting(request))
        return redirect("site:text_version", form.cleaned_data["slug"], version.number)
    return render(request, "site/texts/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a new version, beginning with the last one or with the shipped words."""
    row = Text.objects.select_related("published").filter(slug=slug).first()
    base, language = texts.split(slug)
    known = base in NAMED or Text.objects.filter(slug=base).exists()
    if row is None and (slug not in NAMED and (base == slug or not known or language not in dict(settings.LANGUAGES))):
        raise NotFound
    form = TextForm(request.POST if request.method == "POST" else None, new=False, initial=_beginning(row, slug))
    if request.method == "POST" and form.is_valid():
        version = texts.save(slug, **form.cleaned_data, by=acting(request))
        return redirect("site:text_version", slug, version.number)
    place = PlaceForm(initial={"place": row.place, "position": row.position}) if row and base == slug else None
    versions = list(row.versions.all()) if row else []
    context = {
        "row": row,
        "slug": slug,
        "form": form,
        "place": place,
        "versions": versions,
        "picture": PictureForm(),
        "pictures": pictures.of(row),
        "address": texts.address(slug),
        "language": language if base != slug else "",
    }
    return render(request, "site/texts/edit.html", context, status=422 if form.errors else 200)


def _beginning(row: Text | None, slug: str) -> dict[str, Any]:
    last = row.versions.first() if row else None
    if last is not None:
        return {"title": last.title, "summary": last.summary, "body": last.body}
    base, language = texts.split(slug)
    if base != slug:
        with translation.override(language):
            return _beginning(None, base) if base in NAMED else {}
    named = NAMED[slug]
    return {"title": str(named.title), "summary": str(named.summary), "body": shipped(slug)}


@require_safe
@needs("shop.settings")
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version as visitors would read it, with the button that publishes it."""
    found = _version(slug, number)
    return _read(request, texts.of_version(found, slug, business()), business(), preview=True)


@require_POST
@needs("shop.settings")
def publication(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    texts.publish(slug, _version(slug, number).number, by=acting(request))
    messages.success(request, _("Version %(n)s is public now.") % {"n": number})
    return redirect("site:text_edit", slug)


@require_POST
@needs("shop.settings")
def withdrawal(request: HttpRequest, slug: str) -> HttpResponse:
    texts.withdraw(slug, by=acting(request))
    messages.success(request, _("The text was taken back."))
    return redirect("site:text_edit", slug)


@require_POST
@needs("shop.settings")
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """A picture for the text; its line, ready to be copied, shows beside the form."""
    if slug not in NAMED and not Text.objects.filter(slug=slug).exists():
        raise NotFound
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a picture and say what it shows."))
    else:
        try:
            pictures.add(slug, form.cleaned_data["picture"], words=form.cleaned_data["words"], by=acting(request))
            messages.success(request, _("Saved. Copy its line into the text where it is to stand."))
        except FileRefused as problem:
            messages.error(request, str(problem.detail))
    return redirect("site:text_edit", slug)


@require_POST
@needs("shop.settings")
def picture_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Describe, replace or remove a picture; the new version is looked at next, and published from there."""
    act, by, words = request.POST.get("act", ""), acting(request), request.POST.get("words", "")
    upload = request.FILES.get("picture")
    try:
        if act == "remove":
            version = text_pictures.remove(slug, pk, by=by)
        elif isinstance(upload, UploadedFile):
            version = text_pictures.replace(slug, pk, upload, words, by=by)
        else:
            version = text_pictures.describe(slug, pk, words, by=by)
    except (FileRefused, Invalid) as problem:
        messages.error(request, str(problem.detail) if isinstance(problem, FileRefused) else _("Say in a few words what the picture shows."))  # fmt: skip
        return redirect("site:text_edit", slug)
    messages.success(
        request, _("Saved as a new version. Publish it for visitors to see it.") if version else _("Saved.")
    )
    return redirect("site:text_version", slug, version.number) if version else redirect("site:text_edit", slug)


@require_POST
@needs("shop.settings")
def place(request: HttpRequest, slug: str) -> HttpResponse:
    form = PlaceForm(request.POST)
    if form.is_valid():
        texts.put(slug, **form.cleaned_data, by=acting(request))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Enter a number from 1 to 999 for the order."))
    return redirect(reverse("site:text_edit", args=[slug]))


def _version(slug: str, number: int) -> TextVersion:
    found = TextVersion.objects.select_related("text").filter(text__slug=slug, number=number).first()
    if found is None:
        raise NotFound
    return found
