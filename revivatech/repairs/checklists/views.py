"""Going through a list, comparing the two, and the owner's screen of the lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.catalogue.choices import Category
from revivatech.platform.files.receiving import say_what_was_refused_early, take_field
from revivatech.platform.problems import Conflict, Invalid, NotFound, Problem

from .. import photos
from ..models import Repair
from ..views.workbench import find
from . import actions, editing, guard, line_photos
from .actions import Found, Question
from .models import Kind, State


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def checks(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """One screen. `all` fills in works without storing it, `keep` stores a half-done list, `finish` makes it count."""
    repair = find(code, by=acting(request))
    if kind not in Kind.values:
        raise NotFound
    actions.check_may_run(acting(request), repair, kind)
    lines, act = actions.questions(repair, kind), request.POST.get("act", "")
    if request.method != "POST":
        return _list_page(request, repair, kind, lines)
    answers = typed(request, lines)
    keep_photos(request, repair, kind, lines)
    if act == "all":
        return _list_page(request, repair, kind, filled(lines, answers, everything=True))
    try:
        actions.fill_in(repair.code, kind, answers, by=acting(request), finish=act != "keep")
    except (Invalid, Conflict) as problem:
        return _list_page(request, repair, kind, filled(lines, answers), problem)
    messages.success(
        request, _("The list is finished.") if act != "keep" else _("Kept. It counts once it is finished.")
    )
    return redirect("repairs:comparison" if kind == Kind.EXIT and act != "keep" else "repairs:show", repair.code)


def typed(request: HttpRequest, lines: list[Question]) -> dict[str, Found]:
    """What the form says of each line."""
    post = request.POST
    return {
        line.key: Found(post.get(f"state_{line.key}", "")[:14], post.get(f"note_{line.key}", "").replace("\x00", ""))
        for line in lines
    }


def keep_photos(request: HttpRequest, repair: Repair, kind: str, lines: list[Question]) -> None:
    """Photos sent with the form itself. They are kept whatever becomes of the rest; scripts send each by itself before."""
    say_what_was_refused_early(request)
    for line in lines:
        part = line_photos.part_of(kind, line.key)
        take_field(
            request, f"photo_{line.key}",
            lambda upload, part=part: photos.add(  # type: ignore[misc]
                repair.code, upload, label="", for_customer=False, key=request.POST.get("key", ""), part=part,
                by=acting(request),
            ),
        )  # fmt: skip


def filled(lines: list[Question], answers: dict[str, Found], *, everything: bool = False) -> list[Question]:
    """The form with what was typed; with `everything`, untouched lines work."""
    fallback = State.WORKS.value if everything else ""
    return [
        Question(
            line.key, line.label, line.group, answers[line.key].state or fallback, answers[line.key].note, line.before
        )
        for line in lines
    ]


def _list_page(
    request: HttpRequest, repair: Repair, kind: str, lines: list[Question], problem: Problem | None = None
) -> HttpResponse:
    context = {
        "repair": repair,
        "kind": Kind(kind),
        "lines": lines,
        "states": State,
        "line_photos": line_photos.of_lines(repair),
        "in_time": actions.is_time_for(repair, kind),
        "errors": problem.errors if isinstance(problem, Invalid) else {},
        "problem": problem,
    }
    return render(request, "repairs/checklists/checks.html", context, status=problem.status if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("repairs.view")
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Both lists side by side; whoever may, explains here what is different."""
    repair, problem = find(code, by=acting(request)), None
    if request.method == "POST":
        reasons = {name.removeprefix("reason_"): text for name, text in request.POST.items() if "reason_" in name}
        try:
            actions.explain(code, {key: str(text) for key, text in reasons.items()}, by=acting(request))
        except (Invalid, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, _("Explained. The customer reads it on their page."))
            return redirect("repairs:comparison", code)
    return render(
        request,
        "repairs/checklists/comparison.html",
        _compared(request, repair, problem),
        status=problem.status if problem else 200,
    )


def _compared(request: HttpRequest, repair: Repair, problem: Problem | None) -> dict[str, Any]:
    before, now = guard.both_runs(repair)
    rows = guard.compared(before, now)
    return {
        "repair": repair,
        "before": before,
        "now": now,
        "rows": rows,
        "line_photos": line_photos.of_lines(repair),
        "waiting": [row for row in rows if row.blocks and row.explanation is None],
        "may_explain": acting(request).may("repairs.override", at=repair.location_id),
        "may_test": actions.is_time_for(repair, Kind.EXIT) and actions.may_run(acting(request), repair, Kind.EXIT),
        "problem": problem,
        "typed": request.POST,
    }


@require_safe
@needs(editing.PERMISSION)
def lists(request: HttpRequest) -> HttpResponse:
    return redirect("repairs:checklist", Category.SMARTPHONE.value)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(editing.PERMISSION)
def edit(request: HttpRequest, category: str) -> HttpResponse:
    if category not in Category.values:
        raise NotFound
    problem = None
    if request.method == "POST":
        try:
            _apply(request, category)
        except Invalid as refused:
            problem = refused
        else:
            return redirect("repairs:checklist", category)
    context = {
        "category": category,
        "categories": Category.choices,
        "items": editing.items(category),
        "problem": problem,
        "typed": request.POST,
    }
    return render(request, "repairs/checklists/edit.html", context, status=422 if problem else 200)


def _apply(request: HttpRequest, category: str) -> None:
    post, by = request.POST, acting(request)
    act, pk = post.get("act", ""), post.get("item", "")
    item = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
    label, group = post.get("label", "").replace("\x00", ""), post.get("group", "").replace("\x00", "")
    if act == "add":
        editing.add_item(category, label=label, group=group, by=by)
    elif act == "save":
        editing.rename_item(category, item, label=label, group=group, by=by)
    elif act in ("up", "down"):
        editing.move_item(category, item, by_places=-1 if act == "up" else 1, by=by)
    elif act in ("hide", "show"):
        editing.show_item(category, item, active=act == "show", by=by)
    else:
        raise Invalid({"": [_("Choose what to do.")]})
