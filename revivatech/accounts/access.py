"""Who may come in: checks for views, and the same checks for actions and policies.

@needs("repairs.view")
def queue(request: HttpRequest) -> HttpResponse: ...

require(by, "repairs.work", at=repair.location_id)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate

from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied, SecondFactorRequired, SignInRequired

from .permissions import PERMISSIONS, SENSITIVE

if TYPE_CHECKING:  # actions call `require`, and they stay free of HTTP
    from django.http import HttpRequest, HttpResponse

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def require(actor: Actor, permission: str, *, at: int | None = None) -> None:
    """Raise unless `actor` holds `permission`; with `at`, at that location.

    Not signed in: SignInRequired. Signed in without it: Denied. A sensitive permission held without a second
    factor: SecondFactorRequired.
    """
    _known(permission)
    if actor.is_system:
        return
    if actor.user_id is None:
        raise SignInRequired
    if not actor.may(permission, at=at):
        raise Denied(permission=permission)
    if permission in SENSITIVE and not actor.second_factor:
        raise SecondFactorRequired(
            _(
                "This needs a second sign-in step, such as a passkey or an authenticator app. It takes a minute to set up."
            ),
            permission=permission,
        )


def needs[**P](permission: str) -> Callable[[View[P]], View[P]]:
    """Let only holders of `permission` into a view, wherever they hold it; the action checks the place."""
    _known(permission)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            require(acting(request), permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def needs_sign_in[**P](view: View[P]) -> View[P]:
    """Let only people with an account into a view, customers and staff alike."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if acting(request).user_id is None:
            raise SignInRequired
        return view(request, *args, **kwargs)

    return guarded


def acting(request: HttpRequest) -> Actor:
    """Who sent this request; the middleware worked it out."""
    actor: Actor = request.actor.itself  # type: ignore[attr-defined]
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def _known(permission: str) -> None:
    # A misspelt name would deny everybody without a word.
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not a permission; see accounts/permissions.py")
