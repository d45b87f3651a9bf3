"""Tell the live hub that something changed. Delivered when the transaction commits, dropped when it rolls back."""

from __future__ import annotations

import json

from django.db import connection

from .channel import CHANNEL


def announce(*topics: str) -> None:
    """Say that each topic has a new version. A topic is `kind:id`, such as `repair:12`; no data travels."""
    told = [json.dumps({"topic": topic}) for topic in topics]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, told) FROM unnest(%s::text[]) AS told", [CHANNEL, told])


def revoke(principal: str) -> None:
    """Close every live subscription of a principal, such as `user:12`, after log-out or a change of role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"revoke": principal})])
