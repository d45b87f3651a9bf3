"""The words that tell who somebody is, and how to find them in a text."""

from __future__ import annotations

import re
from typing import Any

from revivatech.accounts.models import User

ERASED = "erased"
_GAP = r"[\s().-]*"


class Words:
    """`found_in(text)` and `scrubbed(value)` for the names, e-mail addresses and telephone numbers of one person."""

    def __init__(self, user: User | None, customers: list[Any], addresses: list[str]) -> None:
        people = [*customers, *([user] if user else [])]
        names = {*(customer.name for customer in customers), user.full_name if user else ""}
        emails = {*(person.email for person in people), *addresses}
        phones = {person.phone for person in people}
        self.emails = sorted({email.lower() for email in emails if email})
        patterns = [re.escape(email) for email in self.emails]
        patterns += [pattern for phone in sorted(phones) if (pattern := _phone(phone))]
        patterns += _names({" ".join(name.split()) for name in names if name})
        self._pattern = re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE)

    def found_in(self, text: str) -> bool:
        return bool(self._pattern.search(text))

    def scrubbed(self, value: Any) -> Any:
        """The same value without them: in texts, and in texts anywhere inside lists and objects."""
        if isinstance(value, str):
            return self._pattern.sub(ERASED, value)
        if isinstance(value, dict):
            return {name: self.scrubbed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.scrubbed(inner) for inner in value]
        return value


def _names(names: set[str]) -> list[str]:
    """Whole names first, then each part long enough not to be any word."""
    parts = {part for name in names for part in name.split() if len(part) >= 3}
    ordered = sorted(names, key=len, reverse=True) + sorted(parts, key=len, reverse=True)
    return [rf"(?<!\w){re.escape(name)}(?!\w)" for name in ordered]


def _phone(phone: str) -> str:
    """However it was typed: +44 20 7946 0000, 020 7946 0000, 02079460000."""
    digits = re.sub(r"\D", "", phone)[-9:]
    return rf"[+(\d]*{_GAP}\d*{_GAP}" + _GAP.join(digits) if len(digits) >= 7 else ""
