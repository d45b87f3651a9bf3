"""What happens to the shop itself. All belong to the one log of the business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events.base import Event

SHOP_ID = 1
PARTS = {
    "business": _("Your business"),
    "tax": _("Tax"),
    "policies": _("Fees and promises"),
    "terms": _("Terms of repair"),
    "mail": _("E-mail"),
    "location": _("Address"),
    "slots": _("Slots"),
    "hours": _("Opening hours"),
    "closures": _("Days closed"),
    "caps": _("Daily limits"),
    "face": _("Colours, logo and banner"),
    "menu": _("Menus"),
    "photos": _("Photos of the shop"),
    "passcodes": _("Which repairs ask for the passcode"),
    "rights": _("Rights by law"),
}


@dataclass(frozen=True, kw_only=True)
class SettingsChanged(Event):
    """`part` says which page: business, tax, policies, terms, mail, location, slots, hours, closures, caps. `before` and
    `after` hold the changed values only; a secret shows as "set" or "changed", never itself."""

    name: ClassVar[str] = "shop.settings_changed"
    says = _("Settings were changed")
    codes = {"part": PARTS}
    subject_field: ClassVar[str] = "shop_id"

    shop_id: int = SHOP_ID
    part: str
    location_id: int | None = None
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LocationAdded(Event):
    name: ClassVar[str] = "shop.location_added"
    says = _("A location was added")
    subject_field: ClassVar[str] = "shop_id"

    shop_id: int = SHOP_ID
    location_id: int


@dataclass(frozen=True, kw_only=True)
class MailTested(Event):
    """The configured server accepted a test message."""

    name: ClassVar[str] = "shop.mail_tested"
    says = _("The mail server took a test message")
    subject_field: ClassVar[str] = "shop_id"

    shop_id: int = SHOP_ID
    host: str


@dataclass(frozen=True, kw_only=True)
class ShopOpened(Event):
    """Set-up is finished: bookings begin. `prices_reviewed` is False when the owner opened with prices unread."""

    name: ClassVar[str] = "shop.opened"
    says = _("The shop was opened")
    subject_field: ClassVar[str] = "shop_id"

    shop_id: int = SHOP_ID
    prices_reviewed: bool
