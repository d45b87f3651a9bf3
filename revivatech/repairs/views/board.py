"""The team board: a column a stage, cards to drag, and the same by keyboard."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Conflict, Denied, Invalid
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import all_active

from .. import actions, policies, search
from .. import statuses as s
from ..actions.move import is_plain
from ..bulk import views as bulk
from ..forms import MoveForm
from ..saved import queries as saved
from ..topics import queue_topic
from .workbench import find

MOST_CARDS = 40  # a column; the rest is one link away in the queue


@require_safe
@needs("repairs.view")
def board(request: HttpRequest) -> HttpResponse:
    if not request.GET and (opening := saved.opening_query(acting(request), "board")):
        return redirect(f"{reverse('repairs:board')}?{opening}")
    return render(request, "repairs/board.html", _board(request))


@require_safe
@needs("repairs.view")
def board_now(request: HttpRequest) -> HttpResponse:
    return render_block(request, "repairs/board.html", "now", _board(request))


@require_POST
@needs("repairs.view")
def board_move(request: HttpRequest, code: str) -> HttpResponse:
    """A card was dropped on a column, or its menu used. A step that needs more than a click opens on the repair's page."""
    repair = find(code, by=acting(request))
    form = MoveForm(request.POST)
    back = f"{reverse('repairs:board')}?{request.GET.urlencode()}"
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    after = form.cleaned_data["after"]
    if not is_plain(repair.status, after) and after in policies.allowed_moves(acting(request), repair):
        return redirect(f"{reverse('repairs:show', args=[code])}?{urlencode({'step': after})}#move-{after}")
    try:
        actions.move(code, after, by=acting(request), version=form.cleaned_data["version"])
    except (Conflict, Denied) as problem:
        messages.error(request, f"{code}: {problem.detail}")
    else:
        messages.success(request, _("%(code)s: %(status)s") % {"code": code, "status": s.STATUSES[after].label})
    return redirect(back)


def _board(request: HttpRequest) -> dict[str, Any]:
    actor = acting(request)
    seen_at = actor.locations_for("repairs.view")
    locations = [place for place in all_active() if seen_at is None or place.pk in seen_at]
    filters, left_out = saved.without_stale(search.Filters.read(request.GET), request.GET, locations)
    counts = search.counts(filters, by=actor)
    columns = []
    for key in s.OPEN:
        rows, _next = search.page(filters.only(key), by=actor)
        cards = [(row, search.lateness(row), policies.allowed_moves(actor, row)) for row in rows[:MOST_CARDS]]
        columns.append((s.STATUSES[key], counts[key], cards))
    return {
        "filters": filters,
        "columns": columns,
        "statuses": s.STATUSES,
        "locations": locations,
        "topics": [queue_topic(place.pk) for place in locations],
        "query": request.GET.urlencode(),
        "src": f"{reverse('repairs:board_now')}?{request.GET.urlencode()}",
        "most": MOST_CARDS,
        "link": lambda **changes: f"?{urlencode(filters.as_query(**changes) or {'all': '1'})}",
        "left_out": left_out,
        **saved.for_page(filters, actor, locations),
        **bulk.for_page(actor, locations),
    }
