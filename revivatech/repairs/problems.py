"""What may go wrong with a repair, as the person will read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Conflict, Denied


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
