"""Inviting many at once from a CSV file: columns e-mail, role, location and, if wanted, language. All of the file or nothing of it."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid
from revivatech.platform.spoken import spoken

from . import events, invitations
from .access import require
from .invitations import Invited
from .models import Membership, Role
from .policies import require_may_give
from .queries import active_locations

COLUMNS = ("email", "role", "location")
LANGUAGE = "language"  # may be left out, as a column or in a line: then they are written to as if invited alone
MOST_ROWS = 200
MOST_BYTES = 100_000
EVERYWHERE = "everywhere"


class BadRows(Invalid):
    """The file has mistakes; `rows` are (line, what is wrong), and nobody was invited."""

    code = "bad_rows"
    title = gettext_lazy("The file has mistakes. Nobody was invited; correct the lines below and send it again.")

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.rows = rows
        super().__init__({"file": [str(self.title)]}, lines=[list(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Wanted:
    line: int
    email: str
    role: Role
    location_id: int | None
    language: str


@transaction.atomic
def invite_many(content: bytes, *, by: Actor) -> list[Invited]:
    """Invite everybody in the file. Raises BadRows with every mistake found, Invalid for what is no such file, Denied."""
    require(by, "staff.manage")
    if by.user_id is None:
        raise Denied(_("An invitation comes from a person."))
    wanted = _read(content, by=by)
    invited = [
        invitations.invite(
            email=row.email, role_id=row.role.pk, location_id=row.location_id, by=by, language=row.language
        )
        for row in sorted(wanted, key=lambda row: row.email)  # one order of locks
    ]
    sha256 = hashlib.sha256(content).hexdigest()
    record(events.StaffImported(user_id=by.user_id, rows=len(invited), sha256=sha256), by=by)
    return invited


def _read(content: bytes, *, by: Actor) -> list[Wanted]:
    lines = _lines(content)
    roles = {name: role for role in Role.objects.all() for name in _names(role)}
    places = {name.lower(): pk for pk, name in active_locations()}
    working = {email.lower() for email in Membership.objects.values_list("user__email", flat=True)}
    wanted: list[Wanted] = []
    wrong: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for number, row in lines:
        try:
            email = _email(row, working, seen, number)
            found = Wanted(number, email, *_role_and_place(row, roles, places), _language(row))
            require_may_give(by, found.role, found.location_id)
            wanted.append(found)
        except (ValueError, Denied) as problem:
            wrong.append((number, str(problem)))
    if wrong:
        raise BadRows(wrong)
    return wanted


def _lines(content: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(content) > MOST_BYTES:
        raise Invalid({"file": [_("The file is too large. Split it into several.")]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": [_("Save the file as CSV in UTF-8.")]}) from error
    if "\x00" in text:
        raise Invalid({"file": [_("Save the file as CSV in UTF-8.")]})
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    head = [name.strip().lower().replace("-", "") for name in next(reader, [])]
    if sorted({*head} - {LANGUAGE}) != sorted(COLUMNS) or len(set(head)) < len(head):
        raise Invalid(
            {"file": [_("The first line has to name the columns: email, role, location; and language, if you like.")]}
        )
    rows = [
        (reader.line_num, dict(zip(head, (cell.strip() for cell in cells), strict=False)))
        for cells in reader
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise Invalid({"file": [_("The file names nobody.")]})
    if len(rows) > MOST_ROWS:
        raise Invalid({"file": [_("At most %(most)s people at once.") % {"most": MOST_ROWS}]})
    return rows


def _email(row: dict[str, str], working: set[str], seen: dict[str, int], line: int) -> str:
    email = row.get("email", "").lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValueError(_("“%(text)s” is not an e-mail address.") % {"text": email[:80]}) from error
    if email in working:
        raise ValueError(_("%(email)s already works here.") % {"email": email})
    if email in seen:
        raise ValueError(_("%(email)s is in line %(line)s too.") % {"email": email, "line": seen[email]})
    seen[email] = line
    return email


def _names(role: Role) -> set[str]:
    """What a role may be called in the file: by its key, its name, or its name as the reader knows it."""
    return {role.key.lower(), role.name.lower(), spoken(role.name).lower()}


def _language(row: dict[str, str]) -> str:
    """A code such as `pt` or `en`, or a language's own name."""
    wanted = row.get(LANGUAGE, "").lower()
    known = {code.partition("-")[0]: code for code, _name in settings.LANGUAGES}
    known |= {name.lower(): code for code, own_name in settings.LANGUAGES for name in (code, str(own_name))}
    if wanted and wanted not in known:
        raise ValueError(_("There is no language “%(name)s” here.") % {"name": wanted[:80]})
    return known.get(wanted, "")


def _role_and_place(row: dict[str, str], roles: dict[str, Role], places: dict[str, int]) -> tuple[Role, int | None]:
    role, place = roles.get(row.get("role", "").lower()), row.get("location", "").lower()
    if role is None:
        raise ValueError(_("There is no role “%(name)s”.") % {"name": row.get("role", "")[:80]})
    if place != EVERYWHERE and place not in places:
        raise ValueError(_("There is no location “%(name)s”.") % {"name": row.get("location", "")[:80]})
    return role, None if place == EVERYWHERE else places[place]
