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
from revivatech.platform.web.helpers import day, moment, money, percent

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
    "asks_for_reviews": _("Ask customers for a review by e-mail"),
    "banner": _("Banner"),
    "banner_from": _("First day of the banner"),
    "banner_link": _("Link of the banner"),
    "banner_until": _("Last day of the banner"),
    "before": pgettext_lazy("value", "Before"),
    "before_id": _("Number of the person before"),
    "bookable": _("Shown"),
    "brand": _("Brand"),
    "brand_action": _("Colour of acts"),
    "brand_soft": _("Soft colour"),
    "brand_strong": _("Strong colour"),
    "buffer_minutes": _("Kept free after each slot"),
    "carrier": _("Carrier"),
    "categories": _("Kinds of device"),
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
    "collection_pence": _("Collection"),
    "company_number": _("Company number"),
    "consent_id": _("Number of the consent"),
    "could_not_test": _("Could not test"),
    "country": _("Country"),
    "covered": _("Covered by the warranty"),
    "customer_id": _("Number of the customer"),
    "deleted": _("Deleted"),
    "delivery_id": _("Number of the delivery"),
    "deposit_above_pence": _("Deposit is asked above"),
    "deposit_bp": _("Deposit"),
    "device": _("Device"),
    "device_id": _("Number of the device"),
    "diagnostic_bench_pence": _("Diagnosis at the bench"),
    "diagnostic_waived": _("Free when the repair goes ahead"),
    "directions": _("How to find it"),
    "due_pence": _("Due"),
    "email": _("E-mail"),
    "entered_by": _("Given by"),
    "entry_id": _("Number of the time entry"),
    "events": _("Events"),
    "expires": _("Expires"),
    "fails": _("Fails"),
    "family": _("Family"),
    "fault": _("Fault"),
    "fields": _("Fields"),
    "file_id": _("Number of the file"),
    "finding": _("What we found"),
    "flagged": _("Marked as important"),
    "for_customer": _("The customer sees it"),
    "from_id": _("Split from number"),
    "from_price": _("Estimate"),
    "gained": _("Permissions gained"),
    "given": _("Given"),
    "gives_repair_form": _("Give the European Repair Information Form with every quote"),
    "has_quality": _("Choice of parts"),
    "high_pence": _("At most"),
    "horizon_days": _("Furthest booking from now"),
    "host": _("Mail server"),
    "how": _("How"),
    "icon": _("Picture"),
    "identifiers": _("Model numbers"),
    "identity": _("Identity made sure by"),
    "into_id": _("Merged into number"),
    "invitation_id": _("Number of the invitation"),
    "kept": _("Kept"),
    "key": _("Function"),
    "kind": _("Kind"),
    "label": _("Label"),
    "language": _("Language"),
    "legal_name": _("Legal name"),
    "line1": _("Address"),
    "line2": _("Address, second line"),
    "lines": _("Lines"),
    "location_id": _("Number of the location"),
    "logo": _("Logo"),
    "lost": _("Permissions lost"),
    "low_pence": _("At least"),
    "marks": _("Marks"),
    "menu": _("Menu"),
    "merged_id": _("Number of the one merged"),
    "method": _("How it left"),
    "minutes": _("Minutes"),
    "missing": _("Did not go back"),
    "model_ids": _("Numbers of the models"),
    "moved": _("Moved"),
    "name": _("Name"),
    "nation": _("Bank holidays of"),
    "new_device": _("New device"),
    "note": _("Note"),
    "note_id": _("Number of the note"),
    "notice_minutes": _("Earliest booking from now"),
    "number": pgettext_lazy("of a version", "Number"),
    "offers_collection": _("We collect devices"),
    "offers_post": _("We take devices by post"),
    "option": _("Option"),
    "original_code": _("First repair"),
    "other_file_id": _("Number of the new file"),
    "outcome": _("Outcome"),
    "part": _("Page of the settings"),
    "passed": _("Passed"),
    "pence": _("Price"),
    "permissions": _("Permissions"),
    "phone": _("Phone"),
    "photos": _("Photos of the shop"),
    "place": _("Place"),
    "position": _("Position"),
    "post_pence": _("Return by post"),
    "postcode": _("Postcode"),
    "price_holds_days": _("An online price holds for"),
    "price_pence": _("Price"),
    "prices_reviewed": _("Prices reviewed"),
    "proposed_pence": _("Proposed price"),
    "provider": _("Provider"),
    "quality": _("Quality"),
    "quote_holds_days": _("A formal quote holds for"),
    "quote_id": _("Number of the quote"),
    "quote_version": _("Version of the quote"),
    "reason": _("Reason"),
    "reasons": _("Reasons"),
    "received_by": _("Received by"),
    "redacted": _("Events without the person"),
    "released": _("Released"),
    "removed": _("Removed"),
    "renewed": _("New link"),
    "renews": _("Warranty begins anew"),
    "repair_id": _("Number of the repair"),
    "reply_id": _("Number of the answer"),
    "request_id": _("Number of the request"),
    "restored_id": _("Number of the one restored"),
    "return_code": _("New repair"),
    "review_after_days": _("Ask after"),
    "reviewed": _("Reviewed"),
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
    "slot_capacity": _("Customers per slot"),
    "slot_minutes": _("Length of a slot"),
    "stage": _("Stage"),
    "stars": _("Stars"),
    "state": _("State"),
    "status": _("Status"),
    "step": _("Step"),
    "successor_id": _("Number of the successor"),
    "summary": _("Summary"),
    "support_end": _("Support ends"),
    "technician": _("Technician"),
    "technician_id": _("Number of the technician"),
    "template": _("Message"),
    "terms": _("Terms of repair"),
    "terms_accepted": _("Terms accepted"),
    "terms_in": _("Terms of repair"),
    "title": pgettext_lazy("of a thing", "Title"),
    "topic": _("Topic"),
    "total_pence": _("Total"),
    "town": _("Town"),
    "tracking_number": _("Tracking number"),
    "until": _("Until"),
    "updated": _("Updated"),
    "urgency_priority_bp": _("Priority"),
    "urgency_same_day_bp": _("Same day"),
    "url": _("Address"),
    "user": _("User name"),
    "user_id": _("Number of the account"),
    "valid_until": _("Valid until"),
    "vat_number": _("VAT number"),
    "vat_rate_bp": _("VAT rate"),
    "vat_registered": _("The business is registered for VAT"),
    "version": _("Version"),
    "view_id": _("Number of the view"),
    "walk_in_places": _("Of these, kept for walk-ins"),
    "warranty_days": _("Warranty days"),
    "warranty_premium_days": _("Warranty on premium parts"),
    "website": _("Website"),
    "what": _("What"),
    "why": _("Why"),
    "words": _("Words"),
    "worked_minutes": _("Minutes worked"),
    "works": _("Works"),
    "year": _("Year"),
    "zone_name": _("Time zone"),
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
FEWEST_LETTERS = 3
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
# What somebody typed stays as it is, whatever it looks like.
_TYPED = frozenset(
    {"company", "email", "entered_by", "fault", "reason", "received_by", "said_by", "said_name", "words"}
)


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
    """Names of the events whose words, as the reader sees them, hold `words` from the beginning of a word on.

    Two letters, or letters inside a word, would find most of the log for whoever looks for Ed or Tom.
    """
    sought = words.strip().casefold()
    if len(sought) < FEWEST_LETTERS:
        return []
    begins = re.compile(r"(?<!\w)" + re.escape(sought))
    return [name for name, kind in kinds().items() if begins.search(str(kind.says).casefold())]


def facts(name: str, payload: Mapping[str, Any], *, zone: str) -> list[tuple[str, str]]:
    """What an event of that name holds, for people: names and values, without the number that only repeats the subject."""
    kind = kinds().get(name)
    codes = kind.codes if kind else {}
    speak, rest, told = _Speaking(zone), dict(payload), []
    if "before" in rest and "after" in rest:
        told = speak.changes(rest.pop("before"), rest.pop("after"), codes.get("after", {}))
    return told + [
        (fact_name(fact), speak.value(value, fact, codes.get(fact, {})))
        for fact, value in rest.items()
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

    def changes(self, before: Any, after: Any, codes: Mapping[str, Promise]) -> list[tuple[str, str]]:
        """Of each field what it was and became, or of the one thing that an event is about."""
        if isinstance(before, dict) and isinstance(after, dict):
            fields = {name: (before.get(name), after.get(name)) for name in (*before, *after)}
        else:
            fields = {"changes": (before, after)}
        return [
            (fact_name(name), " → ".join(self.value(one, name, codes) or "–" for one in pair))
            for name, pair in fields.items()
        ]

    def value(self, value: Any, fact: str, codes: Mapping[str, Promise]) -> str:
        match value:
            case bool():
                return str(_("yes") if value else _("no"))
            case int() if fact.endswith("pence"):
                return money(value)
            case int() if fact.endswith("_bp"):
                return percent(value)
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
                return self._text(value, fact, codes)
        return str(value)

    def _change(self, value: Any, fact: str, codes: Mapping[str, Promise]) -> str:
        if isinstance(value, list) and len(value) == 2:
            return " → ".join(self.value(one, fact, codes) for one in value)
        return self.value(value, fact, codes)

    def _text(self, text: str, fact: str, codes: Mapping[str, Promise]) -> str:
        if text in codes:
            return str(codes[text])
        if fact in _TYPED:
            return text
        try:
            if _MOMENT.match(text):
                return moment(datetime.fromisoformat(text), self.zone, "d MMM y, HH:mm")
            return day(date.fromisoformat(text)) if _DAY.match(text) else spoken(text)
        except (OverflowError, ValueError):  # looks like a day and is none
            return text
