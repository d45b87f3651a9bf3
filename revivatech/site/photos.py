"""Photos of the shop itself: of its work, its people and each location. There are none until the owner adds some.

What is added waits beside what visitors see until it is published. Both stand with the business, which every page reads
anyway: `{place: {"next": photo, "now": photo}}`, a photo being `{"file", "uuid", "width", "height", "alt": {language: words}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.files.models import Blob, StoredFile
from revivatech.platform.files.sizes import FULL, SIZES, sizes_of
from revivatech.platform.files.storing import blobs
from revivatech.platform.problems import Conflict, Invalid, NotFound
from revivatech.platform.web.languages import plain
from revivatech.shop.actions import change_business
from revivatech.shop.actions.common import lock_business
from revivatech.shop.models import Business
from revivatech.shop.queries import all_active

from .cards import SIZE
from .pictures import picture

KIND = "shop_photo"
WORKSHOP, TEAM = "workshop", "team"
PLACES: Mapping[str, Promise] = {WORKSHOP: _("The work: bench, workshop, a repair"), TEAM: _("The people")}
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as a page shows it: sizes with their addresses, its own size, and what it shows in the reader's language."""

    uuid: str
    width: int
    height: int
    alt: str

    @property
    def sources(self) -> list[tuple[str, int]]:
        return [(_address(self.uuid, size), width) for size, width in sizes_of(self.width, self.height)]

    @property
    def src(self) -> str:
        return self.sources[min(1, len(self.sources) - 1)][0]

    @property
    def card(self) -> str:
        """For link previews."""
        return plain(reverse("site:photo_card", args=[self.uuid]))


def places() -> dict[str, str]:
    """Where a photo may stand: key and words."""
    rows = {of_location(row.pk): row.name for row in all_active()}
    return {**{key: str(words) for key, words in PLACES.items()}, **rows}


def of_location(pk: int) -> str:
    return f"location-{pk}"


def shown(shop: Business, *wanted: str) -> list[Photo]:
    """The public photos of these places, those there are, in this order."""
    return [described(entry) for place in wanted if (entry := shop.photos.get(place, {}).get("now"))]


def card_of(photos: Sequence[Photo]) -> str:
    """The link preview of a page with these photos; empty without any."""
    return photos[0].card if photos else ""


def described(entry: Mapping[str, Any]) -> Photo:
    """A stored photo, public or not, as a page shows it."""
    alt = entry["alt"]
    words = alt.get(get_language()) or alt.get(settings.LANGUAGE_CODE, "")
    return Photo(entry["uuid"], entry["width"], entry["height"], words)


def _address(uuid: str, size: str) -> str:
    return plain(reverse("site:photo", args=[uuid, size]))


def may_see(actor: Actor, _file: StoredFile) -> bool:
    """Before they are public, photos are for those who choose them. Visitors are sent to `site:photo`."""
    return actor.may("shop.settings")


def may_add(actor: Actor, _pk: int) -> None:
    require(actor, "shop.settings")


def add(place: str, upload: UploadedFile[Any], alt: Mapping[str, str], *, by: Actor) -> None:
    """Keep a photo for a place, not public yet; one that waited there before is set aside."""
    require(by, "shop.settings")
    words = _checked(place, alt)
    with blobs(picture(upload)) as written, transaction.atomic():
        shop = lock_business()
        here = dict(shop.photos.get(place, {}))
        _drop(here.get("next"))
        file = written.keep(about=(KIND, shop.pk), by=by, label=place[:20])
        here["next"] = {
            "file": file.pk,
            "uuid": str(file.uuid),
            "width": file.width,
            "height": file.height,
            "alt": words,
        }
        _store(shop, place, here, by)


@transaction.atomic
def publish(place: str, *, by: Actor) -> None:
    """Visitors see the photo that waits; the one they saw goes."""
    here, shop = _locked(place, by)
    if "next" not in here:
        raise Conflict(_("No new photo waits here."))
    _drop(here.get("now"))
    _store(shop, place, {"now": here["next"]}, by)


@transaction.atomic
def remove(place: str, which: str, *, by: Actor) -> None:
    """Take away the photo that waits (`next`) or the public one (`now`)."""
    here, shop = _locked(place, by)
    if which not in here:
        raise Conflict(_("There is no photo here any more."))
    _drop(here.pop(which))
    _store(shop, place, here, by)


@transaction.atomic
def describe(place: str, which: str, alt: Mapping[str, str], *, by: Actor) -> None:
    """Say anew what a photo shows, in every language."""
    words = _checked(place, alt)
    here, shop = _locked(place, by)
    if which not in here:
        raise Conflict(_("There is no photo here any more."))
    _store(shop, place, {**here, which: {**here[which], "alt": words}}, by)


def blob(uuid: str, size: str, accept: str) -> Blob:
    """The stored encoding of a public photo. Raises NotFound for every other."""
    file = _public(uuid)
    found = file.blob_for(size, accept) if size in SIZES else None
    if found is None:
        raise NotFound
    return found


def card(uuid: str) -> bytes:
    """A public photo as a link preview: its middle, 1200 by 630, JPEG."""
    found = _public(uuid).blob_for(FULL, "")
    if found is None:
        raise NotFound
    with default_storage.open(found.path) as stored, Image.open(stored) as image:
        out = BytesIO()
        ImageOps.fit(image.convert("RGB"), SIZE).save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue()


def _public(uuid: str) -> StoredFile:
    shop = Business.objects.filter(pk=1).first()
    entries = [here.get("now") for here in (shop.photos if shop else {}).values()]
    pk = next((entry["file"] for entry in entries if entry and entry["uuid"] == uuid), None)
    file = StoredFile.objects.filter(pk=pk).first() if pk else None
    if file is None:
        raise NotFound
    return file


def _checked(place: str, alt: Mapping[str, str]) -> dict[str, str]:
    if place not in places():
        raise NotFound
    words = {code: " ".join(alt.get(code, "").split())[:MOST_WORDS] for code, _name in settings.LANGUAGES}
    missing = {f"alt_{code}": [_("Say in a few words what the photo shows.")] for code in words if not words[code]}
    if missing:
        raise Invalid(missing)
    return words


def _locked(place: str, by: Actor) -> tuple[dict[str, Any], Business]:
    require(by, "shop.settings")
    shop = lock_business()
    return dict(shop.photos.get(place, {})), shop


def _store(shop: Business, place: str, here: Mapping[str, Any], by: Actor) -> None:
    rest = {key: value for key, value in shop.photos.items() if key != place}
    change_business({"photos": {**rest, **({place: dict(here)} if here else {})}}, part="photos", by=by)


def _drop(entry: Mapping[str, Any] | None) -> None:
    """Set a file aside; the sweep of files deletes it a week later."""
    if entry:
        StoredFile.objects.filter(pk=entry["file"], about_kind=KIND).update(deleted_at=clock.now())
