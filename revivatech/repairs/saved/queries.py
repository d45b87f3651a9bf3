"""What the queue and the board show of saved filters, and what of an old filter no longer holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.questions import Question
from revivatech.shop.models import Location

from .. import statuses as s
from ..models import OpeningFilter, SavedFilter
from ..search import Filters
from .actions import SHARE, list_of, may_change, visible_to

_OPENS = Question(lambda user, page: OpeningFilter.objects.filter(user_id=user, page=page).values_list("pk"))


def opening_query(actor: Actor, page: str) -> str:
    """The query a person's page opens with, "" when they chose nothing or may no longer see it."""
    if actor.user_id is None:
        return ""
    if not _OPENS(user=actor.user_id, page=page):
        return ""
    chosen = OpeningFilter.objects.filter(user_id=actor.user_id, page=page, filter__in=visible_to(actor))
    row = chosen.select_related("filter").first()
    return _encoded(row.filter) if row else ""


def filters_of(pk: int, *, by: Actor) -> Filters:
    """What a saved filter narrows down to. NotFound when it is not theirs to see."""
    row = visible_to(by).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return Filters.read(row.query)


def without_stale(
    filters: Filters, query: Mapping[str, str], locations: Collection[Location]
) -> tuple[Filters, list[str]]:
    """The filters that still make sense, and in words what was left out: a closed location, a status that is no more."""
    left_out = []
    asked = query.get("location", "")
    if asked and filters.location not in {place.pk for place in locations}:
        filters = replace(filters, location=None)
        left_out.append(_("the location (closed, or not one of yours)"))
    if query.get("status", "") and not filters.status:
        left_out.append(_("the status (it is no longer used)"))
    if query.get("urgency", "") and not filters.urgency:
        left_out.append(_("the urgency (it is no longer used)"))
    if query.get("whose", "") and not filters.whose:
        left_out.append(_("the technician (it is no longer used)"))
    return filters, left_out


def for_page(filters: Filters, actor: Actor, locations: Collection[Location]) -> dict[str, Any]:
    """For the row of saved filters and the form that adds one."""
    rows = list_of(actor)
    query = filters.as_query()
    return {
        "saved": [(row, _encoded(row), row.query == query) for row in rows],
        "share_with": [
            (place.pk, _("Everybody at %(place)s") % {"place": place})
            for place in locations
            if actor.may(SHARE, at=place.pk)
        ],
        "filters_query": query,
    }


def listed(actor: Actor) -> list[dict[str, Any]]:
    """For the page where they are named, chosen and removed."""
    opens = set(OpeningFilter.objects.filter(user_id=actor.user_id or 0).values_list("page", "filter_id"))
    return [
        {
            "row": row,
            "words": in_words(row),
            "query": _encoded(row),
            "may_change": may_change(actor, row),
            "opens": {page: (page, row.pk) in opens for page in ("queue", "board")},
        }
        for row in visible_to(actor)
    ]


def _encoded(row: SavedFilter) -> str:
    """As the pages write it: the database keeps no order."""
    return urlencode(Filters.read(row.query).as_query() or row.query)


def in_words(row: SavedFilter) -> str:
    """What the filter narrows down to, for people."""
    filters = Filters.read(row.query)
    whose = {"mine": _("mine"), "nobody": _("nobody’s yet")}.get(filters.whose, "")
    urgency = {"priority": _("priority"), "same_day": _("same day")}.get(filters.urgency, "")
    place = Location.objects.filter(pk=filters.location).first() if filters.location else None
    return ", ".join(
        filter(
            None,
            [
                f"“{filters.text}”" if filters.text else "",
                str(s.STATUSES[filters.status].label) if filters.status else "",
                whose,
                _("late") if filters.late else "",
                urgency,
                str(place) if place else "",
                _("with closed") if filters.closed else "",
            ],
        )
    )
