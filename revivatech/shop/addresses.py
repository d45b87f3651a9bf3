"""Postcodes: strict where we know the form, tolerant elsewhere."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST = 12
_GB = re.compile(r"(GIR|[A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_ABROAD = re.compile(r"[0-9A-Z][0-9A-Z \-]*")


class PostcodeError(ValueError):
    """The message is for the person who typed it."""


def normalise_postcode(text: str, country: str = "GB") -> str:
    """`se1 2sz` to `SE1 2SZ`. Outside the United Kingdom letters, digits, spaces and dashes are taken as they are."""
    tidied = " ".join(text.upper().split())
    if len(tidied) > LONGEST:
        raise PostcodeError(_("That is too long for a postcode."))
    if country != "GB":
        if not _ABROAD.fullmatch(tidied):
            raise PostcodeError(_("Use letters, digits, spaces and dashes only."))
        return tidied
    found = _GB.fullmatch(tidied.replace(" ", ""))
    if not found:
        raise PostcodeError(_("Enter a UK postcode, such as SE1 2SZ."))
    return f"{found[1]} {found[2]}"
