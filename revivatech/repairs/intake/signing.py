"""Terms and who signed them. Strokes come from a browser, so only whole numbers within the box are ever stored."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.shop.queries import business
from revivatech.shop.terms import terms_in

from ..events import TermsSigned
from ..models import Repair, TermsSignature

WIDTH, HEIGHT = 1000, 300
MOST_STROKES, MOST_POINTS = 80, 4000
LONGEST = 60_000  # characters of JSON
Strokes = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Signature:
    """What came from the form: a name, and either strokes as JSON or the tick that it was signed on paper."""

    name: str = ""
    strokes: str = ""
    on_paper: bool = False
    version: int = 0  # of the terms that were shown; 0: those of now
    language: str = ""  # in which they were shown; empty: that of the page

    @property
    def is_empty(self) -> bool:
        return not self.on_paper and self.strokes.strip() in ("", "[]")


def read_strokes(text: str) -> Strokes:
    """The drawing as lists of points; Invalid for anything else. A dot is a stroke of one point."""
    wrong = Invalid({"strokes": [_("The signature could not be read. Clear it and sign again.")]})
    if len(text) > LONGEST:
        raise wrong
    try:
        strokes = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(strokes, list) or len(strokes) > MOST_STROKES:
        raise wrong
    if not all(isinstance(stroke, list) and stroke and all(map(_is_point, stroke)) for stroke in strokes):
        raise wrong
    if sum(map(len, strokes)) > MOST_POINTS:
        raise wrong
    return strokes


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or len(point) != 2:
        return False
    x, y = point
    return type(x) is int and type(y) is int and 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def check_signature(given: Signature) -> Strokes:
    """The strokes (none on paper), or Invalid with what is missing by field."""
    errors: dict[str, list[str]] = {}
    name = " ".join(given.name.split())
    if not 2 <= len(name) <= 120:
        errors["signed_name"] = [_("Write the name of the person who signs, in 2 to 120 characters.")]
    strokes: Strokes = [] if given.on_paper else read_strokes(given.strokes)
    if not given.on_paper and sum(map(len, strokes)) < 3:
        errors["strokes"] = [_("Sign in the box, or tick that it was signed on paper.")]
    if errors:
        raise Invalid(errors)
    return strokes


def sign_locked(repair: Repair, given: Signature, *, by: Actor) -> TermsSignature:
    """Keep the signature under the terms in the language they were read in, for a repair the caller has locked. Staff are
    the witness. Words that changed while somebody was reading are not what was signed: Invalid."""
    read, strokes = terms_in(business(), given.language), check_signature(given)
    if read is None:
        raise Invalid({"signed_name": [_("The shop has no terms to sign. The owner writes them under Settings.")]})
    if given.version and given.version != read.version:
        raise Invalid({"signed_name": [_("The terms have changed meanwhile. Read the new version and sign again.")]})
    row = TermsSignature.objects.create(
        repair=repair,
        version=read.version,
        language=read.language,
        wording=read.wording,
        name=" ".join(given.name.split()),
        how="paper" if given.on_paper else "drawn",
        strokes=strokes,
        witnessed_by_id=by.user_id if by.is_staff else None,
        witness_label=by.label if by.is_staff else "",
    )
    record(
        TermsSigned(
            repair_id=repair.pk,
            signature_id=row.pk,
            version=row.version,
            language=row.language,
            how=row.how,
            said_name=row.name,
        ),
        by=by,
    )
    return row
