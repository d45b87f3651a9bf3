"""Notes between shifts: write one, read one, the history."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import Conflict, Denied, NotFound

from ..timing.queries import my_clock
from . import actions, facts, queries
from .forms import NoteForm, ReadForm
from .problems import OwnNote


@require_safe
@needs("repairs.view")
def notes(request: HttpRequest) -> HttpResponse:
    rows, older = queries.page(acting(request), before=request.GET.get("before", ""))
    context = {
        "rows": rows,
        "older": f"{reverse('repairs:shifts')}?before={older}" if older else "",
        "first_page": "before" not in request.GET,
        "may_write": bool(queries.places(acting(request))),
    }
    return render(request, "repairs/shifts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def new(request: HttpRequest) -> HttpResponse:
    """Beside the form: the bench as it is, which goes with the note."""
    places = queries.places(acting(request))
    if not places:
        raise Denied
    form = NoteForm(
        request.POST if request.method == "POST" else None, places=[(place.pk, place.name) for place in places]
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        note = actions.write(data["location"], body=data["body"], stop_clock=data["stop_clock"], by=acting(request))
        messages.success(request, _("The next shift sees your note on the workbench until somebody acknowledges it."))
        return redirect("repairs:shift", note.pk)
    context = {
        "form": form,
        "benches": [(place, queries.read(facts.bench(place))) for place in places],
        "my_clock": my_clock(acting(request)),
    }
    return render(request, "repairs/shifts/new.html", context, status=422 if form.errors else 200)


@require_safe
@needs("repairs.view")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request)
    found = queries.visible(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    unread = getattr(found, "acknowledgement", None) is None
    own = found.author_id == actor.user_id and unread and queries.others_at(found.location_id, actor.user_id)
    context = {
        "note": found,
        "bench": queries.read(found.facts),
        "own": own,
        "may_read": unread and not own and queries.may_write(actor, found.location_id),
    }
    return render(request, "repairs/shifts/note.html", context)


@require_POST
@needs("repairs.view")
def acknowledgement(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReadForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        actions.acknowledge(pk, words=words, by=acting(request))
    except (Conflict, OwnNote) as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("Acknowledged. The note stays in the history."))
    return redirect(
        reverse("repairs:queue") if request.POST.get("back") == "queue" else reverse("repairs:shift", args=[pk])
    )
