"""A picture of a text is described anew, replaced or taken out: each is a new version of the text, and older ones keep theirs."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.files.models import StoredFile
from revivatech.platform.files.storing import blobs
from revivatech.platform.problems import Conflict, Invalid, NotFound
from revivatech.shop.actions.common import lock_business

from . import pictures, texts
from .events import TextPictureChanged
from .models import Text, TextVersion


def describe(slug: str, pk: int, words: str, *, by: Actor) -> TextVersion | None:
    """Say anew what the picture shows: beside its line, and in the text where its last version has it."""
    said = _words(words)
    with transaction.atomic():
        text, file = _held(slug, pk, by)
        if file.caption == said and pk not in pictures.named(_last(text)):
            return None
        file.caption = said
        file.save(update_fields=["caption"])
        version = _saved(text, f"![{said}](picture:{pk})", pk, by)
        record(TextPictureChanged(text_id=text.pk, file_id=pk, act="described", version=_number(version)), by=by)
    return version


def replace(slug: str, pk: int, upload: UploadedFile[Any], words: str, *, by: Actor) -> TextVersion | None:
    """Another picture in its place, with `words` or what was said of the old one."""
    require(by, "shop.settings")
    with blobs(pictures.picture(upload)) as written, transaction.atomic():
        text, old = _held(slug, pk, by)
        said = _words(words or old.caption)
        new = pictures.keep(text, written, said, by=by)
        version = _saved(text, f"![{said}](picture:{new.pk})", pk, by)
        _set_aside(old)
        changed = TextPictureChanged(
            text_id=text.pk, file_id=pk, act="replaced", version=_number(version), other_file_id=new.pk
        )
        record(changed, by=by)
    return version


def remove(slug: str, pk: int, *, by: Actor) -> TextVersion | None:
    """Take it out of the text. The file itself goes only if no version of any text shows it."""
    with transaction.atomic():
        text, file = _held(slug, pk, by)
        version = _saved(text, "", pk, by)
        _set_aside(file)
        record(TextPictureChanged(text_id=text.pk, file_id=pk, act="removed", version=_number(version)), by=by)
    return version


def _held(slug: str, pk: int, by: Actor) -> tuple[Text, StoredFile]:
    """The text and its picture, under the lock under which versions are numbered."""
    require(by, "shop.settings")
    lock_business()
    text = Text.objects.filter(slug=slug).first()
    files = StoredFile.objects.select_for_update().about(pictures.KIND, text.pk).present() if text else None
    file = files.filter(pk=pk).first() if files is not None else None
    if text is None or file is None:
        raise NotFound
    return text, file


def _words(words: str) -> str:
    """What can stand between the brackets of a picture."""
    said = " ".join(re.sub(r"[\[\]]", " ", words).split())[:200]
    if not said:
        raise Invalid({"words": [_("Say in a few words what the picture shows.")]})
    return said


def _last(text: Text) -> str:
    last = text.versions.first()
    return last.body if last else ""


def _saved(text: Text, written: str, pk: int, by: Actor) -> TextVersion | None:
    """The last version with each line of the picture written anew, as the next one; None where it does not show it."""
    last = text.versions.first()
    if last is None or pk not in pictures.named(last.body):
        return None
    body = pictures.rewritten(last.body, pk, written)
    if not body.strip():
        raise Conflict(_("Nothing would be left of the text. Write something else into it first."))
    return texts.save(text.slug, title=last.title, summary=last.summary, body=body, by=by)


def _number(version: TextVersion | None) -> int | None:
    return version.number if version else None


def _set_aside(file: StoredFile) -> None:
    """A file that no version shows is deleted a week later; another stays, for the versions that do."""
    bodies = TextVersion.objects.filter(body__contains=f"picture:{file.pk}").values_list("body", flat=True)
    if not any(file.pk in pictures.named(body) for body in bodies):
        file.deleted_at = clock.now()
        file.save(update_fields=["deleted_at"])
