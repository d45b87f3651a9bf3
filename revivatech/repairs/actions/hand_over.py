"""The device leaves us: to whom, how that was made sure, with what it came with. It starts the warranty."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from revivatech.catalogue.pricing import Price
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied, Invalid

from .. import policies
from .. import statuses as s
from ..documents import actions as certificates
from ..events import RepairCompleted
from ..models import Handover, Outcome, Repair, StageRun
from ..passcodes import rules as passcodes
from ..problems import OutcomeMissing
from ..warranty import start
from .change import changing, enter, needs_text

METHODS = dict(Handover._meta.get_field("method").flatchoices)
IDENTITIES = dict(Handover._meta.get_field("identity").flatchoices)


def accessory_list(repair: Repair) -> list[str]:
    """What was left with us, thing by thing, as it was written down at intake."""
    things = (thing.strip() for thing in re.split(r"[,;\n]+", repair.accessories))
    return list(dict.fromkeys(thing for thing in things if thing))


def handover_code(repair: Repair) -> str:
    """Six digits the customer's own page shows while the device waits for them; "" at any other time.

    Not stored: it follows from the secret key and this visit to "ready", so one made ready again has another.
    """
    if repair.status != s.READY_FOR_PICKUP:
        return ""
    run = StageRun.objects.filter(repair=repair, status=s.READY_FOR_PICKUP, ended_at__isnull=True).last()
    if run is None:
        return ""
    made = salted_hmac("revivatech.handover", f"{repair.pk}:{run.pk}", algorithm="sha256")
    return f"{int.from_bytes(made.digest()[:8]) % 1_000_000:06d}"


def to_pay(repair: Repair) -> int | None:
    """The gross price agreed for how it ended; None when nothing was agreed. Payments are not counted: we record none here."""
    if repair.outcome == Outcome.REPAIRED:
        return repair.agreed_pence
    if repair.outcome == Outcome.DECLINED:
        try:
            return Price.from_json(repair.price).if_declined_pence or None
        except ValueError:
            return None
    return None


def hand_over(
    code: str,
    *,
    received_by: str,
    method: str,
    by: Actor,
    identity: str = "",
    given_code: str = "",
    carrier: str = "",
    tracking_number: str = "",
    returned: Sequence[str] = (),
    accessories_note: str = "",
    version: int | None = None,
) -> Repair:
    """Complete the repair. Collected or delivered: who took it was made sure by `identity` (code, name, id; the number of a
    document is never stored). Posted: carrier and tracking number. `returned` are the accessories that went back; a missing
    one needs a note. Raises Invalid by field, with everything wrong at once.
    """
    with changing(code, by=by, version=version) as repair:
        policies.check_may_move(by, repair, s.COMPLETED)
        if by.user_id is None:
            raise Denied(_("A hand-over needs a person of the shop."))
        if repair.status == s.READY_FOR_PICKUP and not repair.outcome:
            raise OutcomeMissing  # a row imported or changed by hand; the database would refuse it without a word
        who = needs_text(
            "received_by", received_by, _("Enter the name of the person who took the device."), at_most=120
        )
        posted = method == "posted"
        errors = _wrong_way(method, carrier, tracking_number)
        if not posted:
            errors |= _wrong_person(repair, identity, given_code)
        left = accessory_list(repair)
        errors |= _wrong_accessories(left, returned, accessories_note)
        if errors:
            raise Invalid(errors)
        before = enter(repair, s.COMPLETED, by=by)
        repair.completed_at = clock.now()
        missing = [thing for thing in left if thing not in returned]
        Handover.objects.create(
            repair=repair, method=method, received_by=who, identity="" if posted else identity,
            carrier=carrier.strip() if posted else "", tracking_number=tracking_number.strip() if posted else "",
            accessories=[{"name": thing, "returned": thing in returned} for thing in left],
            accessories_note=accessories_note.strip(), by_id=by.user_id,
        )  # fmt: skip
        record(
            RepairCompleted(
                repair_id=repair.pk, before=before, after=s.COMPLETED, received_by=who, method=method,
                identity="" if posted else identity, carrier=carrier.strip() if posted else "",
                tracking_number=tracking_number.strip() if posted else "", missing=missing,
            ),
            by=by,
        )  # fmt: skip
        passcodes.destroy_locked(repair, why="handed_over", by=by)
        start.start_clocks(repair, by=by)
        certificates.issue_locked(repair, by=by)
        return repair


def _wrong_way(method: str, carrier: str, tracking_number: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if method not in METHODS:
        errors["method"] = [_("Choose how the device left.")]
    for name, text in (("carrier", carrier), ("tracking_number", tracking_number)):
        if len(text.strip()) > 60:
            errors[name] = [_("Keep it under %(most)s characters.") % {"most": 60}]
    if method == "posted":
        if not carrier.strip():
            errors["carrier"] = [_("Enter who carries the parcel.")]
        if not tracking_number.strip():
            errors["tracking_number"] = [_("Enter the tracking number; the customer can follow the parcel with it.")]
    return errors


def _wrong_person(repair: Repair, identity: str, given_code: str) -> dict[str, list[str]]:
    if identity not in IDENTITIES:
        return {"identity": [_("Say how you made sure that it is the right person.")]}
    if identity == "code":
        expected = handover_code(repair)
        digits = re.sub(r"\s", "", given_code)
        if not expected or not constant_time_compare(digits, expected):
            return {
                "given_code": [_("This is not the code on the customer’s page. Ask for it again, or use another way.")]
            }
    return {}


def _wrong_accessories(left: Sequence[str], returned: Sequence[str], note: str) -> dict[str, list[str]]:
    if set(returned) - set(left):
        return {"returned": [_("Choose from what was left with us.")]}
    if len(note.strip()) > 500:
        return {"accessories_note": [_("Keep it under %(most)s characters.") % {"most": 500}]}
    missing = [thing for thing in left if thing not in returned]
    if missing and not note.strip():
        return {
            "accessories_note": [_("Not ticked: %(things)s. Say what became of it.") % {"things": ", ".join(missing)}]
        }
    return {}
