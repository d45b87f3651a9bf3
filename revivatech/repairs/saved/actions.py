"""Keep, rename, share and remove a filter; choose what opens."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid, NotFound
from revivatech.platform.questions import Question

from ..models import OpeningFilter, SavedFilter
from ..search import Filters
from .events import FilterRemoved, FilterSaved

SHARE = "repairs.assign"  # whoever gives work out at a location may say how it is looked at there
PAGES = ("queue", "board")
MOST = 30
MOST_SHOWN = 60  # with those shared


def visible_to(actor: Actor) -> QuerySet[SavedFilter]:
    """A person's own, and those shared where they see repairs."""
    if actor.user_id is None or not actor.may("repairs.view"):
        return SavedFilter.objects.none()
    places = actor.locations_for("repairs.view")
    return _seen(actor.user_id, places)


def list_of(actor: Actor) -> list[SavedFilter]:
    """The same as rows, as many as a page shows."""
    if actor.user_id is None or not actor.may("repairs.view"):
        return []
    places = actor.locations_for("repairs.view")
    return _SEEN(user=actor.user_id, places=None if places is None else tuple(sorted(places)))


def _seen(user: int, places: Collection[int] | None) -> QuerySet[SavedFilter]:
    shared = Q(location__isnull=False) if places is None else Q(location_id__in=places)
    return SavedFilter.objects.filter(Q(owner_id=user, location=None) | shared).select_related("location")


_SEEN = Question(lambda user, places: _seen(user, places)[:MOST_SHOWN])


def may_change(actor: Actor, row: SavedFilter) -> bool:
    if row.location_id is None:
        return row.owner_id == actor.user_id
    return actor.may(SHARE, at=row.location_id)


def save(name: str, filters: Filters, *, location_id: int | None, opens: Iterable[str] = (), by: Actor) -> SavedFilter:
    """Keep `filters` under a name: one's own, or shared at a location. The same name again replaces what it held."""
    require(by, "repairs.view")
    if by.user_id is None:
        raise Denied
    if location_id is not None:
        require(by, SHARE, at=location_id)
    words = _name(name)
    query = filters.as_query()
    if not query:
        raise Invalid({"name": [_("Choose a filter first; the whole queue needs no name.")]})
    mine = Q(location_id=location_id) if location_id is not None else Q(owner_id=by.user_id, location=None)
    with transaction.atomic():
        held = SavedFilter.objects.filter(mine)
        row = held.select_for_update().filter(name=words).first()
        if row is None:
            if held.count() >= MOST:
                raise Invalid({"name": [_("There are %(most)s already. Remove one first.") % {"most": MOST}]})
            row = SavedFilter(owner_id=by.user_id, location_id=location_id, name=words)
        row.query = query
        row.save()
        record(FilterSaved(filter_id=row.pk, location_id=location_id), by=by)
        for page in opens:
            open_with(row.pk, page, by=by)
        return row


def rename(pk: int, name: str, *, by: Actor) -> SavedFilter:
    with transaction.atomic():
        row = _for_change(pk, by)
        row.name = _name(name)
        try:
            with transaction.atomic():
                row.save(update_fields=["name"])
        except IntegrityError:
            raise Invalid({"name": [_("Another filter has this name.")]}) from None
        record(FilterSaved(filter_id=row.pk, location_id=row.location_id), by=by)
        return row


def remove(pk: int, *, by: Actor) -> None:
    """Gone, also for everybody whose queue or board opened with it."""
    with transaction.atomic():
        row = _for_change(pk, by)
        record(FilterRemoved(filter_id=row.pk, location_id=row.location_id), by=by)
        row.delete()


def open_with(pk: int | None, page: str, *, by: Actor) -> None:
    """What this person's queue or board shows first; None is everything. Nobody else's changes."""
    if by.user_id is None or page not in PAGES:
        raise NotFound
    with transaction.atomic():
        if pk is None:
            OpeningFilter.objects.filter(user_id=by.user_id, page=page).delete()
            return
        row = visible_to(by).filter(pk=pk).first()
        if row is None:
            raise NotFound
        OpeningFilter.objects.update_or_create(user_id=by.user_id, page=page, defaults={"filter": row})


def _for_change(pk: int, by: Actor) -> SavedFilter:
    row = visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    if not may_change(by, row):
        raise Denied
    return row


def _name(text: str) -> str:
    words = " ".join(text.replace("\x00", "").split())
    if not words:
        raise Invalid({"name": [_("Give the filter a name.")]})
    if len(words) > 40:
        raise Invalid({"name": [_("Keep it under %(most)s characters.") % {"most": 40}]})
    return words
