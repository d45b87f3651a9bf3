"""Tracking by private link, and having that link sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Invalid
from revivatech.platform.questions import Question, remember
from revivatech.platform.web.keeping import kept_while
from revivatech.platform.web.privacy import kept_offline, private_page
from revivatech.platform.web.templates import render_block

from .. import actions, photos, timeline
from .. import statuses as s
from ..actions.hand_over import handover_code
from ..documents.kinds import documents_of
from ..forms import AnswerForm, FindForm
from ..models import Repair, StageRun
from ..passcodes import queries as passcodes
from ..problems import not_ours
from ..topics import repair_topic
from ..unchanged import WATCHED, state_of
from ..warranty import queries as warranty


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Code and contact in; the link goes to the customer's own address. The page never says whether it matched."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hit("find-repair", address_block(client_address(request)), limit=10, per=3600)
        hit("find-repair-code", form.cleaned_data["code"].upper(), limit=5, per=3600)
        actions.send_link(form.cleaned_data["code"], form.cleaned_data["contact"], by=acting(request))
        return redirect("repairs:link_sent")
    return render(request, "repairs/find.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "repairs/link_sent.html")


@kept_while(state_of, tables=WATCHED)
@private_page
@kept_offline
@require_safe
def track(request: HttpRequest, token: str) -> HttpResponse:
    repair = by_token(token)
    return render(request, "repairs/track.html", tracked(repair, form=answer_form(repair)))


@private_page
@require_safe
def track_now(request: HttpRequest, token: str) -> HttpResponse:
    """The live part of the page, for the page itself."""
    repair = by_token(token)
    return render_block(request, "repairs/track.html", "now", tracked(repair, form=answer_form(repair)))


@private_page
@require_http_methods(["POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Approve or decline the price waiting for an answer."""
    repair = by_token(token)
    return take_answer(request, repair, by=by_link("repair", repair.pk), how="link", back=("repairs:track", token))


def take_answer(
    request: HttpRequest,
    repair: Repair,
    *,
    by: Actor,
    how: str,
    back: tuple[str, str],
    more: Mapping[str, Any] | None = None,
    template: str = "repairs/track.html",
) -> HttpResponse:
    """Shared by the private link and the portal, whose page needs `more` in its context."""
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        given = form.cleaned_data
        approved = given["answer"] == "yes"
        actions.record_answer(
            repair.code, approved=approved, pence=given["pence"], said_by=given["said_by"], words=given["words"],
            how=how, by=by,
        )  # fmt: skip
    except Invalid as problem:
        for name, errors in problem.errors.items():
            for error in errors if name not in form.errors else ():
                form.add_error(name if name in form.fields else None, error)
        context = {**tracked(by_token(repair.token), form=form), **(more or {})}
        return render(request, template, context, status=422)
    messages.success(
        request, _("Thank you. We have your answer.") if approved else _("We have noted that you declined.")
    )
    return redirect(*back)


_BY_TOKEN = Question(
    lambda token: Repair.objects.filter(token=token).select_related(
        "customer", "location", "device__model__brand", "booked_device__booking"
    )
)
_RUNS = Question(lambda repair: StageRun.objects.filter(repair_id=repair).order_by("id"))


def by_token(token: str) -> Repair:
    """With all that the tracking page reads of the repair itself."""
    repair = _BY_TOKEN.first(token=token)
    if repair is None:
        raise not_ours()
    remember(repair, "runs", _RUNS(repair=repair.pk))
    return repair


def tracked(repair: Repair, *, form: AnswerForm) -> dict[str, Any]:
    """What the tracking page shows; the same for the link and the portal."""
    return {
        "repair": repair,
        "status": s.STATUSES[repair.status],
        "text": timeline.customer_text(repair),
        "steps": timeline.steps(repair),
        "history": timeline.history(repair, for_staff=False),
        "topic": repair_topic(repair.pk),
        "form": form,
        "gallery": photos.for_customer(repair),
        "handover_code": handover_code(repair),
        **passcodes.for_customer(repair),
        **warranty.for_customer(repair),
        "documents": documents_of(repair, for_customer=True),
    }


def answer_form(repair: Repair) -> AnswerForm:
    """Made where the page shows it: while an answer is awaited."""
    first = {"pence": repair.proposed_pence, "said_by": repair.customer.name}
    return cast(AnswerForm, SimpleLazyObject(lambda: AnswerForm(initial=first)))
