"""Where a repair is, for whoever holds its private link: one question, answered before anybody is asked who they are."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from revivatech.platform.api.answers import tagged_json
from revivatech.platform.questions import Question
from revivatech.platform.web.early import unless_known

from . import statuses as s
from .models import Repair
from .problems import not_ours
from .timeline import text_of

_PATH = re.compile(r"/api/v1/tracking/([A-Za-z0-9_-]{20,40})")
_ROW = Question(
    lambda token: Repair.objects.filter(token=token).values_list(
        "code", "status", "outcome", "ready_by", "proposed_pence"
    )
)


def early(request: HttpRequest) -> HttpResponse | None:
    """One of `settings.EARLY_ANSWERS`."""
    asked = _PATH.fullmatch(request.path)
    return tracked(request, asked[1]) if asked and not request.META.get("QUERY_STRING") else None


def tracked(request: HttpRequest, token: str) -> HttpResponse:
    """With exactly the members of `TrackedOut`."""
    row = _ROW.first(token=token)
    if row is None:
        raise not_ours()
    code, status, outcome, ready_by, proposed = row
    told = {
        "code": code, "status": status, "stage": s.STATUSES[status].stage, "outcome": outcome,
        "says": text_of(status, proposed), "ready_by": ready_by,
    }  # fmt: skip
    return unless_known(request, tagged_json(told, cache="private, no-cache"))
