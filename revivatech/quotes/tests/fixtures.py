"""What a page says, and how it is answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from revivatech.accounts.models import User
from revivatech.quotes.models import Quote
from revivatech.testing.quotes import line, option

SignIn = Callable[[User], Client]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def total_shown(response: Any) -> str:
    found = re.search(r'name="seen_pence" value="(\d+)"', response.content.decode())
    return found[1] if found else ""


def choice(quote: Quote, title: str, *ticked: str, **more: Any) -> dict[str, Any]:
    lines = [line(quote, label) for label in ticked]
    return {"option": option(quote, title), "ticked": lines, "said_by": "Alice Archer", "answer": "yes", **more}
