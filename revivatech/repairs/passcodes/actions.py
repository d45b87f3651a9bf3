"""Ask for a passcode, take it, show it, hide it, destroy it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.record import record
from revivatech.platform.problems import Denied
from revivatech.platform.sealing import seal

from .. import statuses as s
from ..actions.change import changing, needs_text
from ..models import Passcode, PasscodeView, Repair
from ..problems import WrongStatus
from . import rules
from .events import PasscodeAsked, PasscodeEntered, PasscodeViewed
from .problems import NoPasscode, NotNeeded


def ask(code: str, *, reason: str, by: Actor) -> Passcode:
    """Ask the customer for it although the service alone does not need it. They read the reason."""
    with changing(code, by=by) as repair:
        if not by.may("repairs.receive", at=repair.location_id):
            require(by, "repairs.work", at=repair.location_id)
        if s.STATUSES[repair.status].is_closed:
            raise WrongStatus(_("This repair is closed."))
        why = needs_text("reason", reason, _("Say why you need it; the customer reads it."), at_most=300)
        row, _new = Passcode.objects.update_or_create(repair=repair, defaults={"asked_reason": why})
        record(PasscodeAsked(repair_id=repair.pk, reason=why), by=by)
        return row


def enter(code: str, *, kind: str, secret: str, by: Actor) -> Passcode:
    """Take the passcode, in place of one given before. Refused when nothing needs it: what we do not know cannot leak."""
    with changing(code, by=by) as repair:
        return enter_locked(repair, kind=kind, secret=secret, by=by)


def enter_locked(repair: Repair, *, kind: str, secret: str, by: Actor) -> Passcode:
    """The same for a repair that the caller has locked."""
    who = rules.check_may_enter(by, repair)
    row = Passcode.objects.select_for_update().filter(repair=repair).first() or Passcode(repair=repair)
    if not (rules.needed(repair) or row.asked_reason):
        raise NotNeeded
    text = rules.clean(kind, secret)
    now = clock.now()
    row.kind, row.sealed = kind, seal(text) if text else ""
    row.entered_at, row.entered_by, row.destroyed_at = now, who, None
    row.save()
    PasscodeView.objects.filter(passcode=row, until__gt=now).update(until=now)
    record(PasscodeEntered(repair_id=repair.pk, kind=kind, entered_by=who), by=by)
    return row


def view(code: str, *, reason: str, by: Actor) -> PasscodeView:
    """Let the technician of this repair, or a manager, see it for ten minutes. The page asks who they are again before this."""
    with changing(code, by=by) as repair:
        as_manager = rules.check_may_see(by, repair)
        row = Passcode.objects.filter(repair=repair).exclude(sealed="").first()
        if row is None:
            raise NoPasscode
        assert by.user_id is not None
        if s.STATUSES[repair.status].is_closed:
            raise WrongStatus(_("This repair is closed."))
        why = needs_text("reason", reason, _("Say what you need it for; the customer reads it."), at_most=300)
        now = clock.now()
        seen = PasscodeView.objects.create(
            passcode=row, viewer_id=by.user_id, viewer_label=by.label, as_manager=as_manager, reason=why,
            at=now, until=now + rules.SHOWN_FOR,
        )  # fmt: skip
        record(
            PasscodeViewed(
                repair_id=repair.pk, view_id=seen.pk, reason=why, until=seen.until.isoformat(), as_manager=as_manager
            ),
            by=by,
        )
        return seen


def hide(code: str, *, by: Actor) -> None:
    """End one's own look before the ten minutes are over."""
    with changing(code, by=by) as repair:
        now = clock.now()
        mine = PasscodeView.objects.filter(passcode__repair=repair, viewer_id=by.user_id, until__gt=now)
        mine.update(until=now)


def remove(code: str, *, by: Actor) -> None:
    """The customer takes it back, or the shop does not need it any more."""
    with changing(code, by=by) as repair:
        if not (by.opened("repair", repair.pk) or rules.is_owner(by, repair)):
            if not by.may("repairs.receive", at=repair.location_id):
                require(by, "repairs.work", at=repair.location_id)
            if by.link is not None:
                raise Denied
        if not rules.destroy_locked(repair, why="removed", by=by):
            raise NoPasscode


def destroy_old() -> int:
    """Destroy what was given 30 days ago or more, and whatever a closed repair still holds; returns how many.

    Closing destroys it at once, so a closed repair holds one only when its rows were changed by hand or restored.
    """
    before = clock.now() - rules.KEPT_FOR
    held = Passcode.objects.exclude(sealed="")
    due = held.filter(entered_at__lte=before) | held.filter(repair__status__in=(s.COMPLETED, s.CANCELLED))
    destroyed = 0
    for code in Repair.objects.filter(pk__in=due.values("repair_id")).order_by("pk").values_list("code", flat=True):
        with changing(code, by=system()) as repair:
            destroyed += rules.destroy_locked(repair, why="too_old", by=system())
    return destroyed
