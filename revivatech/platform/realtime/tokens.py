"""Signed leave to hear that a topic changed. A page issues it after deciding that its reader may see the thing;
the hub checks it without asking the database. It carries no data and lives 15 minutes at most.

A token reads `<handle>.<claim>:<signature>`. The handle is a short hash of the topic, so that a page knows which of its
elements a message of the hub concerns; the hub works it out anew and never trusts the one written in front.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from django.conf import settings
from django.core import signing

from revivatech.platform import clock

if TYPE_CHECKING:  # the hub imports this module and needs neither Django's HTTP nor its ORM
    from django.http import HttpRequest

LIFETIME = 15 * 60
MAX_LENGTH = 600
APP_MAX_LENGTH = 4_000
APP_AUDIENCE = "revivatech-live"
APP_ALGORITHM = "HS256"
MOST_TOPICS = 20  # in one token of an app
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


def issue_app_token(topics: Sequence[str], principal: str) -> str:
    """The same leave for an app, as a JWT over several topics. Its key and audience are its own: no token of the API
    passes for one, nor one for a token of the API."""
    if not 1 <= len(topics) <= MOST_TOPICS or not all(_TOPIC.fullmatch(topic) for topic in topics):
        raise ValueError(f"not 1 to {MOST_TOPICS} topics: {topics!r}")
    issued = clock.now().timestamp()
    claims = {
        "iss": settings.PUBLIC_URL, "aud": APP_AUDIENCE, "sub": principal, "topics": list(topics),
        "iat": round(issued, 3), "exp": round(issued + LIFETIME, 3),
    }  # fmt: skip
    return jwt.encode(claims, _app_key(), algorithm=APP_ALGORITHM)


def read_app_token(token: str) -> list[TopicClaim]:
    """What an app's token gives leave for, in force or not: look at `expires`. Raises `ForgedTokenError`."""
    if len(token) > APP_MAX_LENGTH:
        raise ForgedTokenError("the token is too long")
    needed = {"require": ["iss", "aud", "sub", "iat", "exp", "topics"], "verify_exp": False, "verify_iat": False}
    try:
        said: dict[str, Any] = jwt.decode(
            token, _app_key(), algorithms=[APP_ALGORITHM], audience=APP_AUDIENCE, issuer=settings.PUBLIC_URL,
            options=needed,  # type: ignore[arg-type]  # the same keys, spelt out
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise ForgedTokenError("the token is not ours") from error
    return [TopicClaim(topic, said["sub"], said["iat"], said["exp"]) for topic in said["topics"]]


def is_app_token(token: str) -> bool:
    """A JWT has two dots and begins with its header's brace; a page's token has one dot before its signature."""
    return token.startswith("eyJ") and token.count(".") == 2


def _app_key() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"revivatech.live.jwt", "sha256").hexdigest()


def topic_handle(topic: str) -> str:
    """Eleven URL-safe characters that stand for the topic in messages."""
    digest = hashlib.blake2b(topic.encode(), digest_size=8).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _signer() -> signing.Signer:
    return _signer_with(settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _signer_with(key: str) -> signing.Signer:
    # Key and salt are explicit: the hub has settings but no Django applications, and the salt keeps a signature made
    # elsewhere in the product from passing as a topic token.
    return signing.Signer(key=key, fallback_keys=[], salt=_SALT)
