"""Telephone numbers as people write them, to E.164 and back."""

from __future__ import annotations

from django.utils.translation import gettext as _

LONGEST = 40


class PhoneError(ValueError):
    """The message is for the person who typed it."""


def normalise(text: str, country: str = "GB") -> str:
    """`020 7946 0000` to `+442079460000`. A number of another country begins with + or 00. Raises `PhoneError`."""
    import phonenumbers  # here and below: it compiles the numbering plan of every country, and a start needs none

    if len(text) > LONGEST:
        raise PhoneError(_("That is too long for a phone number."))
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise PhoneError(_("Enter a phone number, such as 020 7946 0000, or +351 912 345 678 from abroad.")) from None
    if number.extension:
        raise PhoneError(_("Enter the number without its extension."))
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise PhoneError(
            _("That phone number has too few or too many digits. Begin with + and the country for a number abroad.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable(e164: str, country: str = "GB") -> str:
    """`020 7946 0000` at home, `+351 912 345 678` abroad. Anything unreadable comes back as it is."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(country)
    return phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
