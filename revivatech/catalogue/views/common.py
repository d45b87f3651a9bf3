"""What the views of this package share."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest

from revivatech.platform.problems import Invalid


def asked_of(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "")[:200] for name in names}


def next_page(request: HttpRequest, after: int | None) -> str:
    """The address of the following page, with the same filters; empty on the last."""
    if after is None:
        return ""
    return "?" + urlencode({**request.GET.dict(), "after": after})


def done[Answer](form: forms.Form, act: Callable[[], Answer]) -> Answer | None:
    """Run the action; what it finds wrong goes beside the fields, and None comes back."""
    try:
        return act()
    except Invalid as problem:
        for name, texts in problem.errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
        return None
