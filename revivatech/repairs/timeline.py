"""The seven stages of one repair as the customer sees them, and its history in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from revivatech.booking.models import Urgency
from revivatech.platform.events.models import EventRecord
from revivatech.platform.questions import Question
from revivatech.platform.web.helpers import moment, money

from . import photos
from . import statuses as s
from .checklists import queries as checklists
from .intake import queries as intake
from .models import Note, Outcome, Repair, StageRun
from .passcodes import words as passcode_words
from .timing import words as time_words
from .warranty import words as warranty_words

_EVENTS = Question(
    lambda repair: (
        EventRecord.objects.filter(subject_kind="repair", subject_id=repair)
        .order_by("-sequence")
        .only("name", "payload", "actor_label", "at")
    )
)


def customer_text(repair: Repair) -> str:
    """What happens now, for the customer."""
    return text_of(repair.status, repair.proposed_pence)


def text_of(status: str, proposed_pence: int | None) -> str:
    """Once they have answered, nothing is asked of them any more."""
    if status == s.AWAITING_APPROVAL and proposed_pence is None:
        return _("We have your answer and will go on from there.")
    return str(s.STATUSES[status].customer_text)


def steps(repair: Repair) -> list[dict[str, Any]]:
    """For the timeline component, in order. Stages that a repair without work never needed are left out."""
    runs: dict[int, StageRun] = {run.stage: run for run in repair.runs.all()}  # the latest visit counts
    current = s.STATUSES[repair.status]
    finished_without_work = repair.outcome not in ("", Outcome.REPAIRED)
    rows = []
    for status in s.STAGES:
        assert status.stage is not None
        run = runs.get(status.stage)
        if run is None and (finished_without_work or repair.status == s.COMPLETED):
            continue
        if run is None and status.key == s.PARTS_ORDERING and (current.stage or 0) > status.stage:
            continue  # no parts were needed
        rows.append(_step(repair, status, run))
    return rows


def _step(repair: Repair, status: s.Status, run: StageRun | None) -> dict[str, Any]:
    current = s.STATUSES[repair.status]
    zone = repair.location.zone_name
    if run is not None and run.ended_at is None:
        shown = current  # awaiting approval shows within the second stage
        return {
            "title": shown.label,
            "state": "now",
            "icon": shown.icon,
            "text": customer_text(repair),
            "when": _("since %(when)s") % {"when": moment(run.started_at, zone)},
        }
    passed = current.stage is None or (status.stage or 0) < current.stage
    if run is not None and passed:
        stopped = repair.status == s.CANCELLED
        when = moment(run.ended_at or run.started_at, zone)
        return {"title": status.label, "state": "stopped" if stopped else "done", "icon": status.icon, "when": when}
    return {
        "title": status.label,
        "state": "stopped" if repair.status == s.CANCELLED else "todo",
        "icon": status.icon,
        "text": "" if repair.status == s.CANCELLED else status.customer_text,
    }


def history(repair: Repair, *, for_staff: bool) -> list[tuple[str, str, str]]:
    """(when, who, what), newest first, from the event log. Customers read what concerns them, without names of colleagues."""
    events = _EVENTS(repair=repair.pk)
    noted = any(event.name == "repair.note_added" for event in events)
    notes = {note.pk: note for note in repair.notes.all()} if noted else {}
    zone = repair.location.zone_name
    rows = []
    for event in events:
        words = _in_words(event, notes, for_staff=for_staff, zone=zone)
        if words:
            rows.append((moment(event.at, zone), event.actor_label if for_staff else "", words))
    return rows


def _in_words(event: EventRecord, notes: dict[int, Note], *, for_staff: bool, zone: str) -> str:
    payload = event.payload
    match event.name:
        case "repair.booked":
            return _("Booked")
        case "repair.received":
            return _("Device received")
        case "repair.stage_changed":
            return _with(_label(payload["after"]), payload.get("reason"))
        case "repair.check_failed":
            back = _("Back on the bench: a check found something to put right")
            return _with(back, payload["reason"] if for_staff else "")
        case "repair.price_proposed":
            asked = _("Quote sent, at most %(price)s") if payload.get("quote_id") else _("Price proposed: %(price)s")
            return _with(asked % {"price": money(payload["proposed_pence"])}, payload["finding"])
        case "repair.price_answered":
            answer = _("%(price)s approved by %(who)s") if payload["approved"] else _("%(price)s declined by %(who)s")
            return _with(answer % {"price": money(payload["pence"]), "who": payload["said_by"]}, payload.get("words"))
        case "repair.ready":
            return _with(
                _("Ready to collect: %(outcome)s") % {"outcome": Outcome(payload["outcome"]).label},
                payload.get("summary"),
            )
        case "repair.completed":
            if payload.get("carrier"):
                return _("Posted with %(carrier)s, %(number)s") % {
                    "carrier": payload["carrier"],
                    "number": payload["tracking_number"],
                }
            return _("Handed over to %(who)s") % {"who": payload["received_by"]}
        case "repair.cancelled":
            return _with(_("Cancelled"), payload["reason"])
        case "repair.ready_by_changed":
            return _with(_("New date: %(when)s") % {"when": _iso(payload["after"], zone)}, payload.get("reason"))
        case "repair.note_added":
            note = notes.get(payload["note_id"])
            if note is None or not (for_staff or note.for_customer):
                return ""
            return _with(_("Note") if note.for_customer else _("Internal note"), note.body)
        case "repair.certificate_issued":
            return _("Repair certificate issued, version %(version)s") % {"version": payload["version"]}
        case "repair.quote_expired":
            return _("The quote expired without an answer")
        case "repair.quote_asked_again":
            return _("A new quote was asked for")
        case "repair.quote_withdrawn":
            return _with(_("The quote was taken back"), payload["reason"])
        case "repair.quote_replaced" if for_staff:
            return _("Version %(version)s of the quote no longer counts: %(why)s") % {
                "version": payload["quote_version"],
                "why": payload["reason"],
            }
        case "repair.review_asked" if for_staff:
            return _("Asked for a review")
        case "repair.review_answered" if for_staff:
            return _("The customer was told of our answer to their review")
        case "repair.assigned" if for_staff:
            return _("Assigned to %(who)s") % {"who": payload["after"] or _("nobody")}
        case "repair.priority_changed" if for_staff:
            return _("Priority: %(urgency)s") % {"urgency": Urgency(payload["after"]).label}
        case "repair.details_changed" if for_staff:
            return _("Corrected: %(what)s") % {"what": ", ".join(payload["changes"])}
        case name if name.startswith("repair.passcode_"):
            return passcode_words.in_words(name, payload, for_staff=for_staff)
        case name if "clock" in name or name == "repair.time_corrected":
            return time_words.in_words(name, payload, for_staff=for_staff)
        case name if "warranty" in name or name == "repair.fault_cause_set":
            return warranty_words.in_words(name, payload, for_staff=for_staff)
        case name if for_staff and name.startswith("repair.photo_"):
            return photos.in_words(name, payload)
        case name:
            found = checklists.in_words(name, payload, for_staff=for_staff)
            return found or intake.in_words(name, payload, for_staff=for_staff)


def _label(status: str) -> str:
    return str(s.STATUSES[status].label)


def _with(words: str, more: str | None) -> str:
    return f"{words}: {more}" if more else words


def _iso(value: str | None, zone: str) -> str:
    return moment(datetime.fromisoformat(value), zone) if value else "–"
