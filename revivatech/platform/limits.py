"""Rate limits kept in PostgreSQL, so that they hold over any number of processes.

    hit("booking", address_block(client_address(request)), limit=20, per=3600)

Call it in the view, before the action: inside the action's transaction a refusal would be forgotten with the rollback,
and callers with one key would wait for each other. Where a handler as a whole runs in a transaction, `even_if_undone` counts.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction

from revivatech.platform import clock
from revivatech.platform.asking import ask
from revivatech.platform.problems import TooMany
from revivatech.platform.web.client import address_block, client_address

__all__ = [
    "RateLimit",
    "Use",
    "address_block",
    "client_address",
    "even_if_undone",
    "forget_old",
    "hit",
    "hit_all",
    "hit_here",
]


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
# Several keys are taken in the order of their letters: two callers with the same ones cannot wait for each other.
_TAKE = """
    INSERT INTO platform_ratelimit AS used (key, scope, full_at)
    SELECT key, scope, %(now)s + step
    FROM unnest(%(keys)s::text[], %(scopes)s::text[], %(steps)s::interval[]) AS asked (key, scope, step) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET full_at = greatest(used.full_at, %(now)s) + (excluded.full_at - %(now)s)
    WHERE greatest(used.full_at, %(now)s) + (excluded.full_at - %(now)s)
          <= %(now)s + (%(wholes)s::interval[])[array_position(%(keys)s::text[], used.key::text)]
    RETURNING key
"""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of what `key` may do `limit` times in `per` seconds; the allowance refills evenly over that time."""

    scope: str
    key: str
    limit: int
    per: int

    def __post_init__(self) -> None:
        if self.limit < 1 or self.per < 1:
            raise ValueError("a limit needs at least one use in at least one second")

    @property
    def step(self) -> timedelta:
        return timedelta(seconds=self.per) / self.limit


def hit(scope: str, key: str, *, limit: int, per: int) -> None:
    """Count one use. Raises `TooMany` beyond `limit` uses in `per` seconds; the allowance refills evenly over that time."""
    hit_all(Use(scope, key, limit, per))


def hit_all(*uses: Use) -> None:
    """Count several in one statement. Raises `TooMany` when one of them is used up; the others count all the same: what
    guards the others is counted before them, by itself."""
    asked, now = {hashed_key(use.scope, use.key): use for use in uses}, clock.now()
    taken = _take(asked, now)
    if (counted := _counted.get()) is not None:
        counted.extend(asked[key] for key in taken)
    refused = asked.keys() - taken
    if not refused:
        return
    full: dict[str, datetime] = dict(
        ask("SELECT key, full_at FROM platform_ratelimit WHERE key = ANY(%s)", [list(refused)])
    )
    waits = [full.get(key, now) + asked[key].step - timedelta(seconds=asked[key].per) - now for key in refused]
    raise TooMany(retry_after=max(1, -(-max(waits) // timedelta(seconds=1))))


def _take(asked: Mapping[str, Use], now: datetime) -> set[str]:
    """Those of the keys that had some of their allowance left."""
    taken = ask(
        _TAKE,
        {
            "keys": list(asked),
            "scopes": [use.scope for use in asked.values()],
            "steps": [_interval(use.step) for use in asked.values()],
            "wholes": [_interval(use.step * use.limit) for use in asked.values()],
            "now": now,
        },
    )
    return {key for (key,) in taken}


_counted: ContextVar[list[Use] | None] = ContextVar("counted", default=None)


@contextmanager
def even_if_undone() -> Iterator[None]:
    """Around a transaction in which uses are counted: when it is undone, they are counted again after it. Otherwise a try that
    fails would cost nothing, and what a limit keeps from being guessed could be guessed."""
    uses: list[Use] = []
    token = _counted.set(uses)
    try:
        yield
    except Exception:
        if uses:
            _take({hashed_key(use.scope, use.key): use for use in uses}, clock.now())
        raise
    finally:
        _counted.reset(token)


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
    # In the order of their letters, as they are taken, and without waiting for those that are being taken now.
    whole = RateLimit.objects.filter(full_at__lt=clock.now()).order_by("key").select_for_update(skip_locked=True)
    with transaction.atomic():
        return RateLimit.objects.filter(pk__in=list(whole.values_list("pk", flat=True))).delete()[0]
