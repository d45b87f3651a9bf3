"""What may go wrong with a repair, as the person will read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Denied, NotFound


def not_ours() -> NotFound:
    return NotFound(str(_("This link is not one of ours. Check that it is complete, or have it sent again.")))


class WrongStatus(Conflict):
    """The move is not one the state machine knows from here."""

    code = "wrong_status"
    title = _("That step does not follow from where the repair is now")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the repair since this page was loaded. `detail` says what."""

    code = "changed_meanwhile"
    title = _("Somebody else changed this repair just now")


class PriceNotAgreed(Conflict):
    """Work may not begin at a price the customer has not agreed to."""

    code = "price_not_agreed"
    title = _("The customer has not agreed to a price yet")


class NoNotRecorded(Conflict):
    """A device goes back as declined only after the customer said no."""

    code = "no_not_recorded"
    title = _("Nobody has written down the customer’s no. Enter who said it, and how it reached us")


class OutcomeMissing(Conflict):
    """Ready to collect, and nobody said what became of the device."""

    code = "outcome_missing"
    title = _("This repair has no outcome, so it cannot be completed. Ask the owner to correct its record")


class AssignedToSomebodyElse(Denied):
    code = "assigned_to_somebody_else"
    title = _("This repair is with a colleague")


class PossibleDuplicate(Conflict):
    """Profiles with the same e-mail or phone exist (`extra["customer_ids"]`): choose one, or say that this is somebody else."""

    code = "possible_duplicate"
    title = _("We may know this customer already")


class PriceMoved(Conflict):
    """The price is no longer the one on the screen, so nobody can have agreed to it."""

    code = "price_moved"
    title = _("The price has changed. Look at it again before the customer agrees")


class WorkedBefore(Conflict):
    """Functions worked at intake and do not now (`extra["items"]`: key, label, state): repair them, or have them explained."""

    code = "worked_before"
    title = _("Something that worked at intake does not work now")


class FinalListMissing(Conflict):
    """There is a list from intake, and nobody went through it again since the work ended."""

    code = "final_list_missing"
    title = _("Go through the final list first")


class TooLateForIntake(Conflict):
    """Once the device was on the bench nobody can say any more how it came in."""

    code = "too_late_for_intake"
    title = _("Work on this device has begun")


class SecondPersonNeeded(Conflict):
    """The repairer does not check their own work while a colleague could."""

    code = "second_person_needed"
    title = _("Somebody else has to check this work")
