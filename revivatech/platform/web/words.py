"""Translations for templates. A page has some hundred, most of them the same in every page: each is looked up once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils import translation
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup


@pass_context
def gettext(context: Context, message: Any, /, **variables: Any) -> str:
    """As Jinja2's own new-style `gettext`: always a format string, and markup where the template escapes."""
    text = _known(translation.get_language(), str(message), context.eval_ctx.autoescape, not variables)
    return text % variables if variables else text


@lru_cache(maxsize=20_000)
def _known(language: str | None, message: str, escaping: bool, complete: bool) -> str:
    """In `language`, which is the one in force."""
    found = translation.gettext(message)
    text = Markup(found) if escaping else found  # noqa: S704 - our own words; Jinja2 does the same
    return text % {} if complete else text
