"""How hard a password is to guess, estimated: words everybody uses, sequences and repeats count for little."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ENOUGH = 34.0  # bits: some 10^10 guesses, hopeless through a rate limit and slow against Argon2
_WORD, _REPEAT, _STEP = (
    12.0,
    4.0,
    1.0,
)  # bits for a word of the common ones, for something said before, for the next of a run
_POOLS = ((str.isdigit, 10), (str.islower, 26), (str.isupper, 26), (str.isspace, 8))


def strength(password: str) -> float:
    """Estimated bits of guessing. Reads from left to right and takes the cheapest explanation of what comes next."""
    text, bits, at = password.lower(), 0.0, 0
    while at < len(text):
        if length := _said_before(text, at):
            bits, at = bits + _REPEAT, at + length
        elif length := _common_word(text, at):
            bits, at = bits + _WORD, at + length
        elif _goes_on(text, at):
            bits, at = bits + _STEP, at + 1
        else:
            bits, at = bits + math.log2(_pool(password[at])), at + 1
    return bits


class StrengthValidator:
    """For AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        if strength(password) < ENOUGH:
            raise ValidationError(
                _("This password is easy to guess. Add another word or two that have nothing to do with the others."),
                code="password_too_weak",
            )

    def get_help_text(self) -> str:
        return _("A few unrelated words are easy to remember and hard to guess.")


def _said_before(text: str, at: int) -> int:
    return next((n for n in range(len(text) - at, 3, -1) if text[at : at + n] in text[:at]), 0)


def _common_word(text: str, at: int) -> int:
    return next((n for n in range(min(16, len(text) - at), 3, -1) if text[at : at + n] in _common()), 0)


def _goes_on(text: str, at: int) -> bool:
    """aaa, abc, 321: the third of a run and each after it."""
    if at < 2:
        return False
    step = ord(text[at]) - ord(text[at - 1])
    return step in (-1, 0, 1) and step == ord(text[at - 1]) - ord(text[at - 2])


def _pool(character: str) -> int:
    return next((size for belongs, size in _POOLS if belongs(character)), 33)


@cache
def _common() -> frozenset[str]:
    """The list that ships with Django: passwords found in breaches, 20,000 of them."""
    return frozenset(CommonPasswordValidator().passwords)
