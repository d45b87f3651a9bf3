"""IMEI: 14 digits and a Luhn check digit."""

from __future__ import annotations

from django.utils.translation import gettext as _

LONGEST = 40


class ImeiError(ValueError):
    """The message is for the person who typed it."""


def check(text: str) -> bool:
    """Whether `text` is a complete IMEI with the right check digit. Spaces, dots, dashes and slashes are forgiven."""
    digits = _bare(text)
    return len(digits) == 15 and _all_digits(digits) and len(set(digits)) > 1 and _luhn(digits)


def normalise(text: str) -> str:
    """The 15 digits, or `ImeiError` with what is wrong."""
    digits = _bare(text[:LONGEST])
    if not _all_digits(digits) or len(text) > LONGEST:
        raise ImeiError(_("An IMEI has digits only. Dial *#06# on the phone to see it."))
    if len(digits) != 15:
        raise ImeiError(
            _("An IMEI has 15 digits; this has %(count)s. Dial *#06# on the phone to see it.") % {"count": len(digits)}
        )
    if not check(digits):
        raise ImeiError(
            _("One digit of this IMEI is wrong: its last digit does not match. Dial *#06# on the phone to see it.")
        )
    return digits


def _bare(text: str) -> str:
    return "".join(character for character in text if character not in " .-/\u00a0\t\n\r")


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
