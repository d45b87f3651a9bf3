"""Pictures of the owner's texts: kept as every file is, described in words, and put into a text as `![description](picture:12)`."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.files.links import file_url
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.problems import UnknownType
from revivatech.platform.files.storing import Prepared, Written, blobs, prepare
from revivatech.platform.problems import Invalid
from revivatech.platform.web.languages import plain
from revivatech.shop.actions.common import lock_business

from .events import TextPictureAdded
from .models import Text

KIND = "text"
_WRITTEN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<address>[^)\s]*)[^)]*\)")
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'(src|alt)="([^"]*)"')


def may_see(_actor: Actor, file: StoredFile) -> bool:
    """Texts are public, and so are their pictures."""
    return file.is_picture and file.deleted_at is None


def may_add(actor: Actor, _pk: int) -> None:
    require(actor, "shop.settings")


def add(slug: str, upload: UploadedFile[Any], *, words: str, by: Actor) -> StoredFile:
    """Keep a picture for a text. `words` say what it shows, to whoever cannot see it."""
    require(by, "shop.settings")
    if not words.strip():
        raise Invalid({"words": [_("Say in a few words what the picture shows.")]})
    with blobs(picture(upload)) as written, transaction.atomic():
        lock_business()
        text, _fresh = Text.objects.get_or_create(slug=slug)
        return keep(text, written, words.strip()[:200], by=by)


def picture(upload: UploadedFile[Any]) -> Prepared:
    """The upload made anew; a file that is no picture is refused."""
    prepared = prepare(upload)
    if not prepared.type.pillow:
        raise UnknownType(prepared.name)
    return prepared


def keep(text: Text, written: Written, words: str, *, by: Actor) -> StoredFile:
    """The row and the event of a picture whose blobs are written."""
    file = written.keep(about=(KIND, text.pk), by=by, part=written.prepared.sha256[:12], caption=words)
    record(TextPictureAdded(text_id=text.pk, file_id=file.pk), by=by)
    return file


def of(text: Text | None) -> list[tuple[StoredFile, bool]]:
    """The pictures of a text, each with whether an earlier version alone shows it."""
    if text is None:
        return []
    bodies = list(text.versions.values_list("body", flat=True))
    now, ever = named(bodies[0]) if bodies else set(), {pk for body in bodies for pk in named(body)}
    files = StoredFile.objects.about(KIND, text.pk).present()
    return sorted(((file, file.pk in ever - now) for file in files), key=lambda row: row[1])


def named(body: str) -> set[int]:
    """Which pictures a text shows."""
    numbers = (image["address"].removeprefix("picture:") for image in _WRITTEN.finditer(body))
    return {int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 10}


def rewritten(body: str, pk: int, instead: str) -> str:
    """The text with `instead` for each line of this picture. Taken out, it leaves no empty paragraph behind."""
    text = _WRITTEN.sub(lambda found: instead if found["address"] == f"picture:{pk}" else found[0], body)
    return text if instead else re.sub(r"\n(?:[ \t]*\r?\n){2,}", "\n\n", text).strip() + "\n"


def mistakes(body: str) -> list[str]:
    """What is wrong with the pictures a text names: each is one of ours, and has a description."""
    found = []
    for image in _WRITTEN.finditer(body):
        if _file(image["address"]) is None:
            found.append(_("There is no such picture: %(address)s. Add it below and copy its line.") % {"address": image["address"]})  # fmt: skip
        elif not image["alt"].strip():
            found.append(_("Describe the picture %(address)s between the brackets.") % {"address": image["address"]})
    return found


def shown(html: str) -> str:
    """Cleaned HTML with each picture of ours in the sizes it has; an image of anything else is left out."""
    return _IMAGE.sub(lambda found: _shown(dict(_ATTRIBUTE.findall(found[0]))), html)


def _shown(given: dict[str, str]) -> str:
    file = _file(given.get("src", ""))
    if file is None:
        return ""
    sizes = [(plain(file_url(file, name)), width) for name, width in file.web_sizes()]
    middle = sizes[min(1, len(sizes) - 1)][0]
    every = ", ".join(f"{address} {width}w" for address, width in sizes)
    return (
        f'<img src="{middle}" srcset="{escape(every)}" sizes="(width < 48rem) 100vw, 44rem" width="{file.width}" '
        f'height="{file.height}" alt="{given.get("alt", "")}" loading="lazy" decoding="async">'
    )


def _file(address: str) -> StoredFile | None:
    number = address.removeprefix("picture:")
    if number == address or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    file = StoredFile.objects.filter(pk=int(number), about_kind=KIND, kind=StoredFile.Kind.IMAGE).first()
    return file if file is not None and file.deleted_at is None else None
