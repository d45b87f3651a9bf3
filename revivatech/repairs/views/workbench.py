"""The queue and the repair page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from revivatech.accounts.access import acting, needs
from revivatech.customers.phone import readable
from revivatech.platform import clock, ids
from revivatech.platform.actors import Actor
from revivatech.platform.problems import NotFound
from revivatech.platform.web.addresses import address_of
from revivatech.platform.web.templates import render_block
from revivatech.shop.queries import all_active

from .. import photos, policies, search, timeline
from .. import statuses as s
from ..actions.approval import said_no
from ..actions.finish import possible_outcomes
from ..actions.work import technicians_at
from ..bulk import views as bulk
from ..checklists import queries as checklists
from ..documents.kinds import documents_of
from ..finding import matching
from ..intake import queries as at_intake
from ..models import Outcome, Repair
from ..passcodes import queries as passcodes
from ..saved import queries as saved
from ..suggestions import queries as suggestions
from ..timing import queries as timing
from ..topics import queue_topic, repair_topic
from ..warranty import queries as warranty
from . import bench


@require_safe
@needs("repairs.view")
def queue(request: HttpRequest) -> HttpResponse:
    if not request.GET and (opening := saved.opening_query(acting(request), "queue")):
        return redirect(f"{reverse('repairs:queue')}?{opening}")
    filters = search.Filters.read(request.GET)
    code = ids.read_code("RT", filters.text)
    if code and Repair.objects.visible_to(acting(request)).filter(code=code).exists():
        return redirect("repairs:show", code)
    return render(request, "repairs/queue.html", _queue(request, filters))


@require_safe
@needs("repairs.view")
def queue_now(request: HttpRequest) -> HttpResponse:
    return render_block(request, "repairs/queue.html", "now", _queue(request, search.Filters.read(request.GET)))


@require_safe
@needs("repairs.view")
def show(request: HttpRequest, code: str) -> HttpResponse:
    context = shown(acting(request), find(code, by=acting(request)))
    return render(request, "repairs/show.html", {**context, "chosen": request.GET.get("step", "")})


@require_safe
@needs("repairs.view")
def show_now(request: HttpRequest, code: str) -> HttpResponse:
    return render_block(request, "repairs/show.html", "now", shown(acting(request), find(code, by=acting(request))))


def find(code: str, *, by: Actor) -> Repair:
    found = (
        Repair.objects.visible_to(by)
        .filter(code=code)
        .select_related("customer", "location", "device__model__brand", "assigned_to", "booked_device__booking")
        .prefetch_related("runs", "notes")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def shown(actor: Actor, repair: Repair) -> dict[str, Any]:
    """Everything the repair page shows, with only the moves this person may make now."""
    return {
        "repair": repair,
        "status": s.STATUSES[repair.status],
        "statuses": s.STATUSES,
        "steps": timeline.steps(repair),
        "history": timeline.history(repair, for_staff=True),
        "moves": policies.allowed_moves(actor, repair),
        "outcome_choices": [(outcome.value, outcome.label) for outcome in possible_outcomes(repair.status)],
        "needs_no": Outcome.DECLINED in possible_outcomes(repair.status) and not said_no(repair),
        "technicians": technicians_at(repair.location_id),
        "lateness": search.lateness(repair),
        "may_assign": actor.may("repairs.assign", at=repair.location_id),
        "may_note": any(actor.may(name, at=repair.location_id) for name in ("repairs.work", "repairs.receive")),
        "actor": actor,
        "typed": {},
        "chosen": "",
        "topic": repair_topic(repair.pk),
        "phone": readable(repair.customer.phone),
        "others": _others_of_customer(repair, actor),
        "documents": documents_of(repair),
        "photo_key": ids.new_token(),
        **photos.on_bench(repair),
        **passcodes.on_bench(repair, actor),
        **warranty.on_bench(repair, actor),
        **checklists.on_bench(repair, actor),
        **at_intake.on_bench(repair, actor),
        **timing.on_bench(repair, actor),
        **suggestions.on_bench(repair, actor),
    }


def _others_of_customer(repair: Repair, actor: Actor) -> list[Repair]:
    rows = Repair.objects.visible_to(actor).filter(customer_id=repair.customer_id).exclude(pk=repair.pk)
    return list(rows.select_related("device__model__brand").order_by("-created_at")[:5])


def _queue(request: HttpRequest, filters: search.Filters) -> dict[str, Any]:
    actor = acting(request)
    seen_at = actor.locations_for("repairs.view")
    locations = [place for place in all_active() if seen_at is None or place.pk in seen_at]
    filters, left_out = saved.without_stale(filters, request.GET, locations)
    found = matching(filters.text) if filters.text else None
    after = request.GET.get("after", "")
    lines, next_key, counts = search.page_and_counts(filters, by=actor, after=after, found=found)
    now = clock.now()
    path = address_of("repairs:queue")

    def link(**changes: Any) -> str:
        # A bare address would open with the person's own filter.
        return f"{path}?{urlencode(filters.as_query(**changes) or {'all': '1'})}"

    return {
        "filters": filters,
        "rows": tuple((line, search.lateness(line, now)) for line in lines),
        "counts": counts,
        "most_counted": search.MOST_COUNTED,
        "statuses": s.STATUSES,
        "places": tuple((place.pk, place.name) for place in locations),
        "topics": [queue_topic(place.pk) for place in locations],
        "link": link,
        "next": link(after=next_key) if next_key else "",
        "src": f"{address_of('repairs:queue_now')}?{request.GET.urlencode()}",
        "left_out": left_out,
        **saved.for_page(filters, actor, locations),
        **bulk.for_page(actor, locations),
        **bench.on_queue(filters, actor, first_page="after" not in request.GET),
    }
