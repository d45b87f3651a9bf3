"""Rate limits kept in PostgreSQL, so that they hold over any number of processes.

    hit("booking", address_block(client_address(request)), limit=20, per=3600)

Call it in the view, before the action: inside the action's transaction a refusal would be forgotten with the rollback,
and callers with one key would wait for each other.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models

from revivatech.platform import clock
from revivatech.platform.problems import TooMany
from revivatech.platform.web.client import address_block, client_address

__all__ = ["RateLimit", "address_block", "client_address", "forget_old", "hit", "hit_here"]


class RateLimit(models.Model):
    """How much of its allowance one key has used. `full_at` is when the allowance is whole again (GCRA: one moment is
    all the state there is). The key is an HMAC, for it may be an address or an e-mail. The table is UNLOGGED: a crash
    forgets the counts, which is harmless."""

    key = models.CharField(max_length=64, primary_key=True)
    scope = models.CharField(max_length=40)
    full_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.scope} until {self.full_at:%F %T}"


# One statement decides, under the row's lock: two callers at once cannot both take the last place. No row comes back
# when the allowance is used up; the refused try costs nothing, so a patient caller gets in when `retry_after` is over.
_TAKE = """
    INSERT INTO platform_ratelimit AS used (key, scope, full_at) VALUES (%(key)s, %(scope)s, %(now)s + %(step)s::interval)
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(used.full_at, %(now)s) + %(step)s::interval
    WHERE greatest(used.full_at, %(now)s) + %(step)s::interval <= %(now)s + %(per)s::interval
    RETURNING full_at
"""


def hit(scope: str, key: str, *, limit: int, per: int) -> None:
    """Count one use. Raises `TooMany` beyond `limit` uses in `per` seconds; the allowance refills evenly over that time."""
    if limit < 1 or per < 1:
        raise ValueError("a limit needs at least one use in at least one second")
    hashed = hashed_key(scope, key)
    now, whole = clock.now(), timedelta(seconds=per)
    step = whole / limit
    with connection.cursor() as cursor:
        spans = {"step": _interval(step), "per": _interval(step * limit)}
        cursor.execute(_TAKE, {"key": hashed, "scope": scope, "now": now, **spans})
        if cursor.fetchone():
            return
        cursor.execute("SELECT full_at FROM platform_ratelimit WHERE key = %s", [hashed])
        row: tuple[datetime] | None = cursor.fetchone()
    free_at = (row[0] if row else now) + step - whole
    raise TooMany(retry_after=max(1, -(-(free_at - now) // timedelta(seconds=1))))


MOST_REMEMBERED = 50_000
_here: dict[tuple[str, str], datetime] = {}


def hit_here(scope: str, key: str, *, limit: int, per: int) -> None:
    """As `hit`, counted by this process alone and forgotten with it. For reads whose limit only spares the machine: a process
    is spared by what it counts itself, and a write for each read would cost more than the read."""
    now, whole = clock.now(), timedelta(seconds=per)
    step = whole / limit
    known = _here.get((scope, key), now)
    used_until = now if known > now + whole else max(known, now)  # a clock that was set back must not shut anybody out
    free_at = used_until + step - whole
    if free_at > now:
        raise TooMany(retry_after=max(1, -(-(free_at - now) // timedelta(seconds=1))))
    if len(_here) >= MOST_REMEMBERED:
        _here.clear()
    _here[scope, key] = free_at + whole


def hashed_key(scope: str, key: str) -> str:
    secret: str = settings.SECRET_KEY
    return hmac.new(secret.encode(), f"revivatech.limit:{scope}:{key}".encode(), "sha256").hexdigest()


def _interval(span: timedelta) -> str:
    return f"{span // timedelta(microseconds=1)} microseconds"


def forget_old() -> int:
    """Delete the rows of keys whose allowance is whole again; returns how many."""
    return RateLimit.objects.filter(full_at__lt=clock.now()).delete()[0]
