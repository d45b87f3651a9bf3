"""VAT numbers: the United Kingdom's with their check digits, others by their form."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST = 20
_UK = re.compile(r"(GB|XI)?(\d{9}(\d{3})?|GD\d{3}|HA\d{3})")
_ABROAD = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")


class VatNumberError(ValueError):
    """The message is for the person who typed it."""


def normalise(text: str, country: str = "GB") -> str:
    """`123 4567 82` to `GB123456782`; `country` is where a number without letters in front belongs. Raises `VatNumberError`."""
    bare = "".join(character for character in text.upper() if character not in " .-\u00a0\t")
    if country not in {"GB", "XI"} and bare and not bare[:2].isalpha():
        bare = country + bare
    home = _UK.fullmatch(bare)
    if home:
        if home[2][:9].isdigit() and not _uk_check(home[2][:9]):
            raise VatNumberError(
                _("The check digits of this VAT number do not match. Compare it with your certificate.")
            )
        return bare if home[1] else f"GB{bare}"
    if bare.startswith(("GB", "XI")) or not _ABROAD.fullmatch(bare):
        raise VatNumberError(
            _("A UK VAT number has 9 digits, such as GB 123 4567 82. One from abroad begins with its country.")
        )
    return bare


def _uk_check(digits: str) -> bool:
    """The last two digits bring the weighted sum to a multiple of 97; numbers since 2010 add 55 first."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=False)) + int(digits[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0
