"""Who listens to which topic, and what each still has to be told. Pure state: no sockets, no database, one event loop.

Nothing here grows with the number of events. What a client has to hear is a set of topics, so a hundred changes of one
topic while the line is slow are one message; beyond `pending` different topics the set becomes the single word `resync`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from revivatech.platform import clock

from .tokens import (
    LIFETIME,
    ExpiredTokenError,
    ForgedTokenError,
    TopicClaim,
    is_app_token,
    read_app_token,
    read_token,
    topic_handle,
)  # fmt: skip

# A page reads its rows, then its token is signed, and the clocks of two machines differ a little: a change this many
# seconds before the token was issued may not be on the page yet, so it is announced once more.
OVERLAP = 3.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one hub process. Overridden by the setting LIVE_LIMITS, a dict of these names."""

    connections: int = 10_000
    per_address: int = 200  # a whole shop may sit behind one address
    subscriptions: int = 100
    pending: int = 50
    message_bytes: int = 8_192
    messages_per_minute: int = 120
    remembered_topics: int = 20_000

    @classmethod
    def from_settings(cls) -> Limits:
        return cls(**getattr(settings, "LIVE_LIMITS", {}))


class Outgoing(msgspec.Struct, omit_defaults=True):
    """What the hub says. Lists hold topic handles."""

    changed: list[str] = []
    expired: list[str] = []
    refused: list[str] = []
    resync: bool = False
    pong: int | None = None


class Client:
    """One socket: its subscriptions and what it has not been told yet."""

    __slots__ = ("_pending", "_send", "_wake", "limits", "over", "subscriptions")

    def __init__(self, limits: Limits, wake: Callable[[], None]) -> None:
        self.limits = limits
        self.subscriptions: dict[str, TopicClaim] = {}
        self.over = False  # all it listened to was taken back: the socket ends
        self._pending = Outgoing()
        self._wake = wake

    def tell(self, kind: str, handle: str) -> None:
        """Note that `handle` is `changed`, `expired` or `refused`, once."""
        if self._pending.resync and kind == "changed":
            return
        handles: list[str] = getattr(self._pending, kind)
        if handle in handles:
            return
        if len(handles) < self.limits.pending:
            handles.append(handle)
            self._wake()
        elif kind != "refused":  # asking again would not help those
            self.resync()

    def resync(self) -> None:
        """Fall back to: fetch everything you show again."""
        self._pending = Outgoing(resync=True, pong=self._pending.pong)
        self._wake()

    def pong(self, number: int) -> None:
        self._pending.pong = number
        self._wake()

    async def drain(self, send: Callable[[str], Awaitable[Any]]) -> None:
        """Send until nothing is left. While `send` waits for a slow line, further news collects in one bounded message."""
        while self._pending != _NOTHING:
            message, self._pending = self._pending, Outgoing()
            await send(msgspec.json.encode(message).decode())


_NOTHING = Outgoing()


class Hub:
    """All clients of this process."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.clients: set[Client] = set()
        self.listening = False
        self._by_topic: dict[str, set[Client]] = {}
        self._revoked: dict[str, float] = {}
        self._last_change: OrderedDict[str, float] = OrderedDict()
        self._forgotten = 0.0  # changes up to this moment may have left the memory
        self._deaf_until = float("inf")  # tokens from before this moment may have been revoked unheard

    # --- What the database tells ---------------------------------------------------------------
    def heard(self, payload: str) -> None:
        """Handle one notification, as written by `announce`. Anything else is ignored."""
        try:
            said = msgspec.json.decode(payload, type=dict[str, str])
        except (msgspec.DecodeError, msgspec.ValidationError):
            return
        if topic := said.get("topic"):
            self.changed(topic)
        if principal := said.get("revoke"):
            self.revoke(principal)

    def changed(self, topic: str) -> None:
        self._last_change[topic] = _now()
        self._last_change.move_to_end(topic)
        if len(self._last_change) > self.limits.remembered_topics:
            self._forgotten = self._last_change.popitem(last=False)[1]
        handle = topic_handle(topic)
        for client in self._by_topic.get(topic, ()):
            client.tell("changed", handle)

    def revoke(self, principal: str) -> None:
        """End every subscription of a principal and every socket that had no other, and refuse its tokens issued until
        now: a page comes back only with one that it was given afterwards."""
        self._revoked[principal] = _now()
        for client in self.clients:
            theirs = [claim for claim in client.subscriptions.values() if claim.principal == principal]
            if theirs and len(theirs) == len(client.subscriptions):
                client.over = True  # and stays so: somebody else's revocation may come before it was told
            self._expire(client, theirs)

    def listens_again(self) -> None:
        """The line to the database is (back) up. What was announced or revoked meanwhile is unknown, so every page is
        asked to fetch again, and only tokens from now on count."""
        self.listening = True
        self._deaf_until = self._forgotten = _now()
        self._last_change.clear()
        for client in self.clients:
            self._drop(client, list(client.subscriptions))
            client.resync()

    # --- What clients ask ----------------------------------------------------------------------
    def subscribe(self, client: Client, tokens: Iterable[str]) -> None:
        for token in tokens:
            if is_app_token(token):
                self._subscribe_app(client, token)
                continue
            try:
                claim = read_token(token)
            except ExpiredTokenError as error:
                self._outdated(client, error.claim)
            except ForgedTokenError:
                client.tell("refused", token[:11])
            else:
                self._admit(client, claim)

    def _subscribe_app(self, client: Client, token: str) -> None:
        try:
            claims = read_app_token(token)
        except ForgedTokenError:
            client.tell("refused", token[:11])
            return
        now = _now()
        for claim in claims:
            if claim.expires <= now:
                self._outdated(client, claim)
            else:
                self._admit(client, claim)

    def _admit(self, client: Client, claim: TopicClaim) -> None:
        if claim.issued <= max(self._revoked.get(claim.principal, 0.0), self._deaf_until):
            self._outdated(client, claim)
            return
        known = claim.topic in client.subscriptions
        if not known and len(client.subscriptions) >= self.limits.subscriptions:
            client.tell("refused", claim.handle)
            return
        client.subscriptions[claim.topic] = claim
        self._by_topic.setdefault(claim.topic, set()).add(client)
        # A page that was already subscribed has missed nothing; any other may be older than the last change.
        if not known and self._last_change.get(claim.topic, self._forgotten) >= claim.issued - OVERLAP:
            client.tell("changed", claim.handle)

    def _outdated(self, client: Client, claim: TopicClaim) -> None:
        if claim.topic not in client.subscriptions:  # another element of the page may hold a newer token
            client.tell("expired", claim.handle)

    def unsubscribe(self, client: Client, handles: Iterable[str]) -> None:
        unwanted = set(handles)
        self._drop(client, [topic for topic in client.subscriptions if topic_handle(topic) in unwanted])

    def leave(self, client: Client) -> None:
        self.clients.discard(client)
        self._drop(client, list(client.subscriptions))

    def sweep(self) -> None:
        """End what has run out. Called every few seconds."""
        now = _now()
        for client in self.clients:
            self._expire(client, [claim for claim in client.subscriptions.values() if claim.expires <= now])
        self._revoked = {name: at for name, at in self._revoked.items() if at > now - LIFETIME}
        while self._last_change and next(iter(self._last_change.values())) < now - LIFETIME - OVERLAP:
            self._last_change.popitem(last=False)

    def _expire(self, client: Client, claims: list[TopicClaim]) -> None:
        self._drop(client, [claim.topic for claim in claims])
        for claim in claims:
            client.tell("expired", claim.handle)

    def _drop(self, client: Client, topics: list[str]) -> None:
        for topic in topics:
            client.subscriptions.pop(topic, None)
            if (listeners := self._by_topic.get(topic)) is not None:
                listeners.discard(client)
                if not listeners:
                    del self._by_topic[topic]


def _now() -> float:
    return clock.now().timestamp()
