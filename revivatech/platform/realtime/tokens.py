"""Signed leave to hear that a topic changed. A page issues it after deciding that its reader may see the thing;
the hub checks it without asking the database. It carries no data and lives 15 minutes at most.

A token reads `<handle>.<claim>:<signature>`. The handle is a short hash of the topic, so that a page knows which of its
elements a message of the hub concerns; the hub works it out anew and never trusts the one written in front.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing

from revivatech.platform import clock

if TYPE_CHECKING:  # the hub imports this module and needs neither Django's HTTP nor its ORM
    from django.http import HttpRequest

LIFETIME = 15 * 60
MAX_LENGTH = 600
_SALT = "revivatech.live.topic"
_TOPIC = re.compile(r"[a-z][a-z_]{0,39}:[A-Za-z0-9_-]{1,60}")


class TokenError(Exception):
    """The token gives no leave."""


class ForgedTokenError(TokenError):
    """Not made by us, or damaged."""


class ExpiredTokenError(TokenError):
    """Ours, but its time is over: the page must be asked again. `claim` says what it was for."""

    def __init__(self, claim: TopicClaim) -> None:
        self.claim = claim
        super().__init__("the token has expired")


@dataclass(frozen=True, slots=True)
class TopicClaim:
    """What a genuine token says. `issued` and `expires` are seconds since 1970, UTC."""

    topic: str
    principal: str
    issued: float
    expires: float

    @property
    def handle(self) -> str:
        return topic_handle(self.topic)


def topic_token(request: HttpRequest, topic: str) -> str:
    """A token for `topic` (`kind:id`) in the name of whoever makes this request."""
    return issue_token(topic, principal_of(request))


def principal_of(request: HttpRequest) -> str:
    """`user:12` when signed in, `link:repair:7` by a private link, else `anon`; the names `announce.revoke` takes."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return "anon"
    if actor.user_id is not None:
        return f"user:{actor.user_id}"
    return f"link:{actor.link[0]}:{actor.link[1]}" if actor.link else "anon"


def issue_token(topic: str, principal: str) -> str:
    if not _TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is not a topic: write kind:id, such as repair:12")
    issued = clock.now().timestamp()
    claim = [topic, principal, round(issued, 3), round(issued + LIFETIME, 3)]
    return f"{topic_handle(topic)}.{_signer().sign_object(claim)}"


def read_token(token: str) -> TopicClaim:
    """The claim of a genuine token in force. Raises `ForgedTokenError` or `ExpiredTokenError`."""
    if len(token) > MAX_LENGTH:
        raise ForgedTokenError("the token is too long")
    try:
        topic, principal, issued, expires = _signer().unsign_object(token.partition(".")[2])
    except Exception as error:  # a bad signature, or a good one over something that is not a claim of ours
        raise ForgedTokenError("the token is not ours") from error
    claim = TopicClaim(topic, principal, issued, expires)
    if clock.now().timestamp() >= claim.expires:
        raise ExpiredTokenError(claim)
    return claim


def topic_handle(topic: str) -> str:
    """Eleven URL-safe characters that stand for the topic in messages."""
    digest = hashlib.blake2b(topic.encode(), digest_size=8).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _signer() -> signing.Signer:
    # Key and salt are explicit: the hub has settings but no Django applications, and the salt keeps a signature made
    # elsewhere in the product from passing as a topic token.
    return signing.Signer(key=settings.SECRET_KEY, fallback_keys=[], salt=_SALT)
