"""Form fields for what the shop stores in small whole units."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _


def plain_number(text: str) -> str:
    """`£1,234.50`, `1.234,50 €` and `12,5 %` as Python reads numbers.

    One or two digits after the last sign are decimals, whatever the sign; else the sign that the reader's language groups
    thousands with is left out, and the other one stays to be refused.
    """
    digits = re.sub(r"[\s£€$%\u00a0\u202f]", "", text)
    if found := re.fullmatch(r"(-?[\d.,]*?)[.,](\d{1,2})", digits):
        whole, decimals = found.groups()
        signs = set(whole) & {".", ","}
        if len(signs) < 2 and digits[len(whole)] not in signs:
            return f"{re.sub('[.,]', '', whole)}.{decimals}"
        return digits
    return digits.replace("," if formats.get_format("DECIMAL_SEPARATOR") == "." else ".", "")


class HundredthsField(forms.DecimalField):
    """Typed with up to two decimals, stored as a whole number of hundredths: pounds and pence, per cent and basis points."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)  # a number input takes no comma but the browser's own
        super().__init__(min_value=Decimal(0), max_value=Decimal(most) / 100, decimal_places=2, **kwargs)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{Decimal(value) / 100:.2f}".replace(".", formats.get_format("DECIMAL_SEPARATOR"))

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = plain_number(value)
        number = super().clean(value)
        return None if number is None else int(number * 100)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except (forms.ValidationError, InvalidOperation):
            return True


class PenceField(HundredthsField):
    """Pounds typed, pence stored; at most £100,000."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=10_000_000, **kwargs)


class PercentField(HundredthsField):
    """Per cent typed, basis points stored."""

    def __init__(self, *, most: int = 10_000, **kwargs: Any) -> None:
        super().__init__(most=most, **kwargs)


class PhoneTextField(forms.CharField):
    """A number to show to customers, kept as it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **{"label": _("Phone"), **kwargs})

    def clean(self, value: Any) -> Any:
        text = " ".join(str(super().clean(value)).split())
        digits = sum(character.isdigit() for character in text)
        if text and (digits < 6 or any(not (c.isdigit() or c in "+() -.") for c in text)):
            raise forms.ValidationError(_("Enter a phone number, such as 020 7946 0000."))
        return text
