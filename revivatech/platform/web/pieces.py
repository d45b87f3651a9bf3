"""Pieces of a page that are made once for as long as they look the same.

    {% call same_for("queue.row", repair.code, repair.customer.name, …) %}<tr>…</tr>{% endcall %}

What stands within depends on nothing but the values named and the language; whoever adds a value within adds it above.
So nothing has to be told of a change: another value is another piece. Never around form tokens, whose every copy is new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils import translation
from markupsafe import Markup

MOST = 8_000_000  # letters in the memory of one process; a row of the queue has a thousand
_made: dict[tuple[Any, ...], Markup] = {}
_letters = 0


def same_for(name: str, /, *values: Any, caller: Callable[[], str]) -> Markup:
    """`name` is the piece's own among all templates; `values` are plain: text, numbers, moments, frozen records, or lists and mappings
    of them."""
    key = (name, translation.get_language(), *values)
    try:
        found = _made.get(key)
    except TypeError:
        key = tuple(repr(value) if isinstance(value, list | dict) else value for value in key)
        found = _made.get(key)
    if found is None:
        for value in values:
            _check(value)
        found = Markup(caller())  # noqa: S704 - the template's own output, escaped as it was made
        _keep(key, found)
    return found


def _keep(key: tuple[Any, ...], piece: Markup) -> None:
    global _letters
    if _letters > MOST:
        _made.clear()
        _letters = 0
    _made[key] = piece
    _letters += len(piece)


def _check(value: Any) -> None:
    if isinstance(value, Model) or getattr(type(value), "__hash__", None) == object.__hash__:
        raise TypeError(f"{type(value).__name__} is known by its key or its place in memory, not by what it says")
