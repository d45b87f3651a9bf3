"""A photo of one line of a list. It is a photo of the repair like any other, only that its `part` names the line."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.platform.files.models import StoredFile
from revivatech.platform.problems import Invalid
from revivatech.platform.spoken import spoken

from .. import statuses as s
from ..models import Repair
from ..problems import TooLateForIntake, WrongStatus
from .actions import is_time_for, questions
from .models import Kind

ABOUT = "repair"
SHOWS = {Kind.INTAKE: "before", Kind.EXIT: "after"}
type Lines = dict[tuple[str, str], list[StoredFile]]


def part_of(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def label_and_caption(repair: Repair, part: str) -> tuple[str, str]:
    """What a photo of the line says by itself. Raises when there is no such line, or its list is not gone through now."""
    kind, _colon, key = part.partition(":")
    if kind not in Kind.values:
        raise Invalid({"part": [_("Choose a line of the checklist.")]})
    if not is_time_for(repair, kind):
        if kind == Kind.INTAKE:
            raise TooLateForIntake(_("How it came in can be recorded until work begins, not afterwards."))
        raise WrongStatus(_("The final list is gone through during the quality check and the final test."))
    line = next((line for line in questions(repair, kind) if line.key == key), None)
    if line is None:
        raise Invalid({"part": [_("Choose a line of the checklist.")]})
    return SHOWS[Kind(kind)], spoken(line.label)


def of_lines(repair: Repair) -> Lines:
    """The photos by (kind of list, key). Those of a final list count from the last visit to the bench, as the list does."""
    found: Lines = {}
    visits = [visit.started_at for visit in repair.runs.all() if visit.status == s.REPAIR_WORK]
    files = StoredFile.objects.about(ABOUT, repair.pk).present().filter(kind=StoredFile.Kind.IMAGE)
    for file in files.exclude(part=""):
        kind, _colon, key = file.part.partition(":")
        if kind == Kind.INTAKE or not visits or file.created_at >= max(visits):
            found.setdefault((kind, key), []).append(file)
    return found
