"""Every permission by name, and the roles a new shop starts with. Roles never inherit; each lists all it may do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS: Mapping[str, Promise] = {
    "shop.settings": _("Change business settings, e-mail and integrations"),
    "shop.locations": _("Change locations, opening hours and closures"),
    "staff.view": _("See who works here"),
    "staff.manage": _("Invite, change and suspend staff"),
    "catalogue.edit": _("Add, edit, hide, merge and import devices"),
    "prices.edit": _("Change services and price rules"),
    "customers.view": _("See customers and their contact details"),
    "customers.edit": _("Create, change and merge customers"),
    "customers.privacy": _("Hand out or erase the data of a customer who asks and has no account"),
    "bookings.view": _("See bookings"),
    "bookings.manage": _("Create, move and cancel bookings"),
    "repairs.view": _("See the queue and the repairs"),
    "repairs.receive": _("Take devices in at the counter"),
    "repairs.work": _("Move a repair through its stages and add notes"),
    "repairs.assign": _("Assign repairs to technicians"),
    "repairs.cancel": _("Cancel a repair"),
    "repairs.hand_over": _("Hand a device back"),
    "repairs.override": _("Explain a failed check and let the repair go on"),
    "repairs.checklists": _("Change the checklists"),
    "repairs.time": _("Stop colleagues’ clocks and correct their time on the job"),
    "messages.view": _("See messages sent to customers"),
    "messages.send": _("Send and send again"),
    "reviews.manage": _("Answer reviews, and hide one for a stated reason"),
    "money.take": _("Take payments"),
    "money.refund": _("Refund"),
    "reports.view": _("See reports"),
    "exports.run": _("Export data"),
    "audit.view": _("Read the audit log"),
}

# Staff without a second factor are refused these.
SENSITIVE = frozenset(
    {
        "shop.settings",
        "staff.manage",
        "customers.privacy",
        "money.take",
        "money.refund",
        "exports.run",
        "audit.view",
        "prices.edit",
    }
)

TECHNICIAN = "technician"
FRONT_DESK = "front_desk"
MANAGER = "manager"
OWNER = "owner"

_FRONT_DESK = frozenset(
    {
        "customers.view",
        "customers.edit",
        "bookings.view",
        "bookings.manage",
        "repairs.view",
        "repairs.receive",
        "repairs.cancel",
        "repairs.hand_over",
        "messages.view",
        "messages.send",
        "money.take",
    }
)

BUILT_IN_ROLES: Mapping[str, tuple[Promise, frozenset[str]]] = {
    TECHNICIAN: (
        _("Technician"),
        frozenset({"repairs.view", "repairs.work", "bookings.view", "customers.view", "messages.view"}),
    ),
    FRONT_DESK: (_("Front desk"), _FRONT_DESK),
    MANAGER: (
        _("Manager"),
        _FRONT_DESK
        | {
            "repairs.work",
            "repairs.assign",
            "repairs.override",
            "repairs.checklists",
            "repairs.time",
            "shop.locations",
            "staff.view",
            "catalogue.edit",
            "prices.edit",
            "money.refund",
            "reviews.manage",
            "reports.view",
            "exports.run",
            "customers.privacy",
        },
    ),
    OWNER: (_("Owner"), frozenset(PERMISSIONS)),
}
