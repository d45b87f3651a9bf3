"""Events in words, for staff: what happened, the names of its facts, and what their values mean.

Each event says itself in its class (`says`, `codes`). The names of facts are here, once: the same fact has the same name everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revivatech.platform.spoken import spoken
from revivatech.platform.web.helpers import day, moment, money

from .base import Event

FACTS: Mapping[str, Promise] = {
    "about": _("About"),
    "accepted": _("Accepted"),
    "accepted_reason": _("Accepted because"),
    "act": _("What was done"),
    "active": _("In use"),
    "added": _("Added"),
    "after": pgettext_lazy("value", "After"),
    "after_id": _("Number of the person after"),
    "aliases": _("Other names"),
    "answer": _("Answer"),
    "approved": _("Approved"),
    "as_manager": _("As manager"),
    "before": pgettext_lazy("value", "Before"),
    "before_id": _("Number of the person before"),
    "carrier": _("Carrier"),
    "category": _("Kind of device"),
    "cause": _("Cause"),
    "certificate_id": _("Number of the certificate"),
    "changed": _("Changed"),
    "changes": _("Changes"),
    "channel": _("Channel"),
    "chosen": _("Narrowed to"),
    "claim_id": _("Number of the claim"),
    "client_id": _("Client ID"),
    "client_name": _("Program"),
    "consent_id": _("Number of the consent"),
    "could_not_test": _("Could not test"),
    "covered": _("Covered by the warranty"),
    "customer_id": _("Number of the customer"),
    "deleted": _("Deleted"),
    "delivery_id": _("Number of the delivery"),
    "device": _("Device"),
    "device_id": _("Number of the device"),
    "due_pence": _("Due"),
    "email": _("E-mail"),
    "entered_by": _("Given by"),
    "entry_id": _("Number of the time entry"),
    "events": _("Events"),
    "expires": _("Expires"),
    "fails": _("Fails"),
    "fault": _("Fault"),
    "fields": _("Fields"),
    "file_id": _("Number of the file"),
    "finding": _("What we found"),
    "flagged": _("Marked as important"),
    "for_customer": _("The customer sees it"),
    "from_id": _("Split from number"),
    "gained": _("Permissions gained"),
    "given": _("Given"),
    "high_pence": _("At most"),
    "host": _("Mail server"),
    "how": _("How"),
    "identifiers": _("Model numbers"),
    "identity": _("Identity made sure by"),
    "into_id": _("Merged into number"),
    "invitation_id": _("Number of the invitation"),
    "kept": _("Kept"),
    "key": _("Function"),
    "kind": _("Kind"),
    "label": _("Label"),
    "language": _("Language"),
    "lines": _("Lines"),
    "location_id": _("Number of the location"),
    "lost": _("Permissions lost"),
    "low_pence": _("At least"),
    "marks": _("Marks"),
    "merged_id": _("Number of the one merged"),
    "method": _("How it left"),
    "minutes": _("Minutes"),
    "missing": _("Did not go back"),
    "model_ids": _("Numbers of the models"),
    "moved": _("Moved"),
    "name": _("Name"),
    "new_device": _("New device"),
    "note": _("Note"),
    "note_id": _("Number of the note"),
    "number": pgettext_lazy("of a version", "Number"),
    "option": _("Option"),
    "original_code": _("First repair"),
    "other_file_id": _("Number of the new file"),
    "outcome": _("Outcome"),
    "part": _("Page of the settings"),
    "passed": _("Passed"),
    "pence": _("Price"),
    "permissions": _("Permissions"),
    "place": _("Place"),
    "position": _("Position"),
    "prices_reviewed": _("Prices reviewed"),
    "price_pence": _("Price"),
    "proposed_pence": _("Proposed price"),
    "provider": _("Provider"),
    "quality": _("Quality"),
    "quote_id": _("Number of the quote"),
    "quote_version": _("Version of the quote"),
    "reason": _("Reason"),
    "reasons": _("Reasons"),
    "received_by": _("Received by"),
    "redacted": _("Events without the person"),
    "removed": _("Removed"),
    "renewed": _("New link"),
    "renews": _("Warranty begins anew"),
    "repair_id": _("Number of the repair"),
    "reply_id": _("Number of the answer"),
    "request_id": _("Number of the request"),
    "restored_id": _("Number of the one restored"),
    "return_code": _("New repair"),
    "rights": _("Rights"),
    "role": _("Role"),
    "rows": _("Rows"),
    "rule_ids": _("Numbers of the prices"),
    "run_id": _("Number of the check"),
    "said_by": _("Said by"),
    "said_name": _("Signed by"),
    "scopes": _("Scopes"),
    "score": _("Score"),
    "secret_changed": _("Secret changed"),
    "service_key": _("Service"),
    "sha256": _("Checksum"),
    "shown": _("Shown"),
    "signature_id": _("Number of the signature"),
    "stage": _("Stage"),
    "stars": _("Stars"),
    "state": _("State"),
    "status": _("Status"),
    "step": _("Step"),
    "successor_id": _("Number of the successor"),
    "summary": _("Summary"),
    "technician": _("Technician"),
    "technician_id": _("Number of the technician"),
    "template": _("Message"),
    "terms_accepted": _("Terms accepted"),
    "title": pgettext_lazy("of a thing", "Title"),
    "topic": _("Topic"),
    "total_pence": _("Total"),
    "tracking_number": _("Tracking number"),
    "until": _("Until"),
    "updated": _("Updated"),
    "url": _("Address"),
    "user_id": _("Number of the account"),
    "valid_until": _("Valid until"),
    "version": _("Version"),
    "view_id": _("Number of the view"),
    "warranty_days": _("Warranty days"),
    "what": _("What"),
    "why": _("Why"),
    "words": _("Words"),
    "worked_minutes": _("Minutes worked"),
    "works": _("Works"),
}
SUBJECTS: Mapping[str, Promise] = {
    "api_client": _("key"),
    "booking": _("booking"),
    "business": _("shop"),
    "catalogue_import": _("import"),
    "catalogue_load": _("catalogue"),
    "checklist": _("checklist"),
    "company": _("business account"),
    "contact": _("contact message"),
    "customer": _("customer"),
    "device_model": _("model"),
    "filter": _("filter"),
    "invitation": _("invitation"),
    "message": _("message"),
    "price_rule": _("price"),
    "quote_template": _("quote template"),
    "repair": _("repair"),
    "review": _("review"),
    "role": _("role"),
    "service": _("service"),
    "shift_note": _("shift note"),
    "shop": _("shop"),
    "sign_in": _("sign-in provider"),
    "text": _("text"),
    "user": _("account"),
    "webhook": _("webhook"),
    "words": _("words"),
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


@cache
def kinds() -> Mapping[str, type[Event]]:
    """Every event there is, by name. All are known once the program runs: whoever records one has imported it."""

    def below(parent: type[Event]) -> dict[str, type[Event]]:
        own = {kind.name: kind for kind in parent.__subclasses__() if "name" in vars(kind)}
        for kind in parent.__subclasses__():
            own |= below(kind)
        return own

    return below(Event)


def words_of(name: str) -> str:
    """What an event of that name says; one that no version of ours knows any more says its name."""
    kind = kinds().get(name)
    return str(kind.says) if kind else name


def names_saying(words: str) -> list[str]:
    """Names of the events whose words, as the reader sees them, hold `words`."""
    sought = words.casefold()
    return [name for name, kind in kinds().items() if sought in str(kind.says).casefold()]


def facts(name: str, payload: Mapping[str, Any], *, zone: str) -> list[tuple[str, str]]:
    """What an event of that name holds, for people: names and values, without the number that only repeats the subject."""
    kind = kinds().get(name)
    codes = kind.codes if kind else {}
    speak = _Speaking(zone)
    return [
        (fact_name(fact), speak.value(value, fact, codes.get(fact, {})))
        for fact, value in payload.items()
        if not (kind and fact == kind.subject_field) and value not in (None, "", [], {})
    ]


def subject_of(kind: str) -> str:
    """What a log is of, such as a repair."""
    return str(SUBJECTS[kind]) if kind in SUBJECTS else kind.replace("_", " ")


def fact_name(fact: str) -> str:
    return str(FACTS[fact]) if fact in FACTS else fact.replace("_", " ")


class _Speaking:
    """Values for people, with moments by the clock of `zone`. Where a fact has two values for a field, they are those before and after."""

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def value(self, value: Any, fact: str, codes: Mapping[str, Promise]) -> str:
        match value:
            case bool():
                return str(_("yes") if value else _("no"))
            case int() if fact.endswith("pence"):
                return money(value)
            case list():
                lists = any(isinstance(inner, list) for inner in value)
                return ("; " if lists else ", ").join(self.value(inner, fact, codes) for inner in value)
            case dict():
                return "; ".join(
                    f"{fact_name(name)}: {self._change(inner, name, codes)}" for name, inner in value.items()
                )
            case None:
                return "–"
            case str():
                return self._text(value, codes)
        return str(value)

    def _change(self, value: Any, fact: str, codes: Mapping[str, Promise]) -> str:
        if isinstance(value, list) and len(value) == 2:
            return " → ".join(self.value(one, fact, codes) for one in value)
        return self.value(value, fact, codes)

    def _text(self, text: str, codes: Mapping[str, Promise]) -> str:
        if text in codes:
            return str(codes[text])
        if _MOMENT.match(text):
            return moment(datetime.fromisoformat(text), self.zone, "d MMM y, HH:mm")
        return day(date.fromisoformat(text)) if _DAY.match(text) else spoken(text)
