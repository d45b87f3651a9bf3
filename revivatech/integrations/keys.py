"""Keys for programs: made, read, and what they open. `rvk_<prefix>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from revivatech.accounts.actors import actor_of
from revivatech.accounts.permissions import PERMISSIONS, SENSITIVE
from revivatech.platform import clock
from revivatech.platform.actors import Actor, Grant, staff
from revivatech.platform.api.who import BadToken, Caller
from revivatech.platform.limits import hit

from .models import ApiClient

MARK = "rvk_"
_KEY = re.compile(r"rvk_([a-z0-9]{12})_([A-Za-z0-9_-]{32})")
USED_EVERY = timedelta(minutes=1)  # how often the moment of last use is written down
# What asks people for a second factor is not for programs at all.
SCOPES = {name: label for name, label in PERMISSIONS.items() if name not in SENSITIVE}


def new_key() -> tuple[str, str, str]:
    """The key, the part that finds its row, and the hash to keep."""
    prefix = secrets.token_hex(6)
    key = f"{MARK}{prefix}_{secrets.token_urlsafe(24)}"
    return key, prefix, _digest(key)


def caller_of(key: str) -> Caller:
    """Who a key acts for. Raises BadToken, also when the person behind it may not sign in any more; TooMany beyond its rate."""
    match = _KEY.fullmatch(key)
    client = ApiClient.objects.select_related("person").filter(prefix=match[1]).first() if match else None
    if client is None or not hmac.compare_digest(client.key_hash, _digest(key)) or client.state() != "active":
        raise BadToken
    actor = actor_for(client)
    hit("api-key", client.prefix, limit=client.per_minute, per=60)
    _note_use(client)
    return Caller(actor, frozenset(client.scopes))


def actor_for(client: ApiClient) -> Actor:
    """What both the key and the person behind it may, at the key's location or at theirs."""
    person = actor_of(client.person)
    if not person.is_staff:
        raise BadToken
    allowed = frozenset(client.scopes) & SCOPES.keys()
    grants = [
        Grant(grant.permissions & allowed, client.location_id or grant.location_id)
        for grant in person.grants
        if client.location_id is None or grant.location_id in (None, client.location_id)
    ]
    return staff(client.person_id, f"{client.name} ({client.person})", grants, second_factor=person.second_factor)


def _note_use(client: ApiClient) -> None:
    now = clock.now()
    if client.last_used_at is None or now - client.last_used_at > USED_EVERY:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
