"""The pages of the set-up wizard, in order. Each may be left and taken up again."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import SetupStep

PRICES = "prices"


@dataclass(frozen=True, slots=True)
class Step:
    """`why` says to the owner what the answers are used for."""

    key: str
    title: Promise
    why: Promise
    icon: str


STEPS: tuple[Step, ...] = (
    Step(
        "business",
        _("Your business"),
        _("Customers see the name and contacts on every page and message; invoices carry the legal name."),
        "building",
    ),
    Step(
        "location",
        _("Your first location"),
        _("Customers need to know where to bring a device. The time zone decides when slots begin."),
        "location",
    ),
    Step(
        "hours",
        _("Opening hours"),
        _("Slots are offered inside these hours, and a repair counts as late in these hours only."),
        "clock",
    ),
    Step(
        "closures",
        _("Days closed"),
        _("Nobody can book on a day you are closed. Accept the bank holidays you keep and add your own days off."),
        "calendar",
    ),
    Step(
        "tax",
        _("Tax"),
        _("Prices are shown with VAT included. What you answer here decides whether VAT is shown as a part of them."),
        "receipt",
    ),
    Step(
        "slots",
        _("Slots"),
        _(
            "They decide how many customers can book the same time and how soon. The values are a sound start for one bench."
        ),
        "booking",
    ),
    Step(
        "policies",
        _("Fees and promises"),
        _(
            "The price engine adds these fees and shows them as lines before a customer books. Nothing is added afterwards."
        ),
        "shield",
    ),
    Step(
        PRICES,
        _("Starter prices"),
        _("The first prices are a suggestion, not yours yet. Look at each before a customer is promised one."),
        "price",
    ),
    Step(
        "mail",
        _("E-mail"),
        _(
            "Confirmations and progress go out by e-mail through your own mail server. Until one is set up, none are sent."
        ),
        "mail",
    ),
)
KEYS = frozenset(step.key for step in STEPS)


def find(key: str) -> Step | None:
    return next((step for step in STEPS if step.key == key), None)


def done() -> frozenset[str]:
    return frozenset(SetupStep.objects.values_list("key", flat=True))


def following(key: str) -> Step | None:
    """The page after this one; None after the last."""
    position = [step.key for step in STEPS].index(key)
    return STEPS[position + 1] if position + 1 < len(STEPS) else None


def first_open() -> Step | None:
    """The first page that is not finished; None when all are."""
    finished = done()
    return next((step for step in STEPS if step.key not in finished), None)
