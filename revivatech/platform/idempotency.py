"""Do a thing once, however often its form is sent.

    result = once("booking", form_key, lambda: {"code": actions.book(...).code})

The first caller runs the function and stores its answer in the same transaction; later callers get the stored answer;
callers at the same time wait for the first on the unique index. When the function raises, nothing is stored and the
next try runs it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from revivatech.platform import clock
from revivatech.platform.asking import ask, tell
from revivatech.platform.problems import Conflict
from revivatech.platform.realtime.announce import announced_together

KEPT_FOR = timedelta(days=3)


class KeyReused(Conflict):
    """The same key came with different content."""

    code = "idempotency_key_reused"
    title = _("This form was already sent with other content; open it again")


class IdempotencyKey(models.Model):
    """The answer given to the first caller with this key. The key is hashed: it may be a secret of the caller's."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)
    created = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.created:%F %T}"


def once(scope: str, key: str, do: Callable[[], Any], *, content: str = "") -> Any:
    """The answer of `do` (JSON types), run at most once per `(scope, key)`.

    Put whoever sends into `scope` or `key` when the key comes from outside, so that nobody reads another's answer.
    With `content`, a repeat that differs raises `KeyReused`.
    """
    hashed, fingerprint = _digest(key), _digest(content) if content else ""
    with transaction.atomic():
        # ON CONFLICT DO NOTHING waits while another transaction holds the same new key, then sees how it ended.
        fresh = _insert(scope, hashed, fingerprint)
        row = fresh or IdempotencyKey.objects.select_for_update().get(scope=scope, key=hashed)
        if row.result is not None:
            if row.fingerprint != fingerprint:
                raise KeyReused
            return row.result["answer"]
        with announced_together():
            answer = do()
        told = json.dumps({"answer": answer})
        tell("UPDATE platform_idempotencykey SET result = %s::jsonb WHERE id = %s", [told, row.pk])
        return answer


def _insert(scope: str, hashed: str, fingerprint: str) -> IdempotencyKey | None:
    """The row, when nobody used the key before. It is ours until the transaction ends."""
    row = IdempotencyKey(scope=scope, key=hashed, fingerprint=fingerprint, created=clock.now())
    made = ask(
        "INSERT INTO platform_idempotencykey (scope, key, fingerprint, created) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        [scope, hashed, fingerprint, row.created],
    )
    if not made:
        return None
    row.pk, row._state.adding = made[0][0], False
    return row


def forget_old() -> int:
    """Delete keys too old for anybody to send again; returns how many."""
    return IdempotencyKey.objects.filter(created__lt=clock.now() - KEPT_FOR).delete()[0]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
