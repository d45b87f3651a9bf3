"""Who sends a request to the API, and what each operation asks of them.

    @router.get("/repairs", response=Page[RepairBrief], auth=Who("repairs.view"))

A visitor, a person with an access token, or a program with a key. Cookies count for nothing here, so no page of another
site can act through a browser that is signed in. `settings.REVIVATECH_API_CALLER` names the function that reads the header;
this package knows nothing of people and keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied, SignInRequired


@dataclass(frozen=True, slots=True)
class Caller:
    """`scopes` is None for people, who may do all their roles say; a key is good for its scopes alone."""

    actor: Actor
    scopes: frozenset[str] | None = None


class BadToken(SignInRequired):
    """What came in the Authorization header opens nothing: expired, withdrawn, damaged or never ours."""

    code = "bad_token"
    title = _("This token or key is not valid any more. Sign in again, or ask the owner for a new key.")


class ScopeMissing(Denied):
    code = "scope_missing"
    title = _("This key was not made for that")


class Who:
    """An operation's condition. `scope` is the permission a key must have been given; `public` lets visitors in too.

    What a person may see and do is decided by the policies behind the operation, as for pages.
    """

    openapi_security_schema = {"type": "http", "scheme": "bearer", "description": "An access token, or a key."}

    def __init__(self, scope: str = "", *, public: bool = False) -> None:
        self.scope = scope
        self.public = public

    def __call__(self, request: HttpRequest) -> Actor:
        caller = caller_of(request)
        request.actor = caller.actor  # type: ignore[attr-defined]
        if self.public:
            return caller.actor
        if caller.actor.user_id is None:
            raise SignInRequired(_("Send an access token or a key in the Authorization header."))
        if caller.scopes is not None and self.scope not in caller.scopes:
            raise ScopeMissing(scope=self.scope)
        return caller.actor


def caller_of(request: HttpRequest) -> Caller:
    """Worked out once for each request. Raises BadToken, or TooMany for a key that is used too often."""
    known: Caller | None = getattr(request, "_api_caller", None)
    if known is None:
        known = _reader()(request)
        request._api_caller = known  # type: ignore[attr-defined]
    return known


@cache
def _reader() -> Callable[[HttpRequest], Caller]:
    found: Any = import_string(settings.REVIVATECH_API_CALLER)
    return found  # type: ignore[no-any-return]
