"""Lists by key: a page begins after the last row of the one before, so rows that come and go meanwhile shift nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from revivatech.platform.problems import Invalid

MOST = 100
USUAL = 50


def page_of[M: Model, T](
    rows: QuerySet[M], show: Callable[[M], T], *, cursor: str = "", limit: int = USUAL
) -> dict[str, list[T] | str | None]:
    """The newest rows first, `limit` of them, after `cursor`."""
    if cursor:
        rows = rows.filter(pk__lt=int(_opened(cursor)))
    found = list(rows.order_by("-pk")[: limit + 1])
    following = cursor_of(str(found[limit - 1].pk)) if len(found) > limit else None
    return {"items": [show(row) for row in found[:limit]], "next": following}


def whole[T](items: list[T]) -> dict[str, list[T] | str | None]:
    """A list that always fits one page."""
    return {"items": items, "next": None}


def cursor_of(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).rstrip(b"=").decode()


def not_ours() -> Invalid:
    """A cursor that no page of ours ended with. Taken for none, it would send a reader to the first page for ever."""
    return Invalid({"cursor": [_("Send the `next` of the page before, unchanged.")]})


def read_cursor(cursor: str) -> str:
    """The key in a cursor. Invalid when it is none of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise not_ours() from None


def _opened(cursor: str) -> str:
    key = read_cursor(cursor)
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise not_ours()
    return key
