"""The customer's statutory rights, beside the shop's own warranty. Texts are templates with a version, kept as long as lines name them."""

from __future__ import annotations

from ..models import Repair

# The version is part of the template's name: a changed text is a new file, and an old repair shows what it was shown with.
CURRENT = {"GB": "gb-2026-1"}
KNOWN = frozenset(CURRENT.values())


def version_for(repair: Repair) -> str:
    """Of the text that fits this repair; empty where we know none: a business customer, or another country."""
    return "" if repair.customer.is_business else CURRENT.get(repair.location.country, "")


def template_of(version: str) -> str:
    return f"repairs/warranty/rights/{version}.html" if version in KNOWN else "repairs/warranty/rights/general.html"
