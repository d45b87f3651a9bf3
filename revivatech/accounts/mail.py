"""The messages of accounts: codes, links, security notices.

A message is written once, as text; `_frame` makes the HTML part from the same words. It leaves through a job, so that a
page never waits for a mail server, and answers equally fast for known and unknown addresses.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from revivatech.platform.sealing import seal, unseal

from .browsers import browser_name

ParagraphKind = Literal["text", "link", "code"]
_CODE = re.compile(r"[A-Z0-9]{3,8}(-[A-Z0-9]{3,8})?")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def is_on() -> bool:
    """Whether the shop can send e-mail. The shop's package is above this one, so settings name the function."""
    state: Callable[[], str] = import_string(settings.REVIVATECH_MAIL_STATE)
    return state() != "off"


def compose(template_prefix: str, context: dict[str, Any], request: HttpRequest | None = None) -> Letter:
    """`<prefix>_subject.txt` and `<prefix>_message.txt`, and an HTML part that says the same."""
    full = {**context, "shop": _shop(), "browser": browser_name, "public_url": settings.PUBLIC_URL}
    subject = " ".join(_plain(f"{template_prefix}_subject.txt", full, request).split())
    text = _plain(f"{template_prefix}_message.txt", full, request).strip() + "\n"
    return Letter(subject, text, _frame(subject, text, full["shop"]))


def _frame(subject: str, text: str, shop: Any) -> str:
    """The text as an HTML letter: a line that is only an address becomes a button, one that is only a code is set large."""
    paragraphs = [(_kind(part), part) for part in (block.strip() for block in text.split("\n\n")) if part]
    context = {"subject": subject, "paragraphs": paragraphs, "shop": shop}
    return render_to_string("accounts/email/frame.html", context)


def queue(letter: Letter, *, to: str) -> None:
    """Have the worker send it. Codes and links are sealed: whoever reads the job table cannot use them."""
    from .jobs import send_letter

    send_letter.defer(sealed=seal(json.dumps({"to": to, **asdict(letter)})))


def open_queued(sealed: str) -> tuple[str, Letter]:
    """The address and the letter of a queued job."""
    data = json.loads(unseal(sealed))
    return data.pop("to"), Letter(**data)


def _shop() -> Any:
    """The business row, or an unsaved one. Its package is above this one, so the row is found by name."""
    model: Any = apps.get_model("shop", "Business")
    return model._default_manager.first() or model()


def _plain(template: str, context: dict[str, Any], request: HttpRequest | None) -> str:
    # Templates escape what they insert, by extension or not; in a text the original characters belong.
    return html.unescape(render_to_string(template, context, request))


def _kind(paragraph: str) -> ParagraphKind:
    if paragraph.startswith(("http://", "https://")) and " " not in paragraph and "\n" not in paragraph:
        return "link"
    return "code" if _CODE.fullmatch(paragraph) and any(c.isdigit() or c == "-" for c in paragraph) else "text"
