"""Writing once: the same Idempotency-Key from the same caller gets the same answer, however often it is sent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja.decorators import decorate_view

from revivatech.platform.idempotency import once
from revivatech.platform.limits import even_if_undone
from revivatech.platform.problems import Invalid, Problem
from revivatech.platform.web.problems import problem_response

from .who import caller_of

HEADER = "Idempotency-Key"
SHORTEST, LONGEST = 16, 200
_PLAIN = re.compile("[A-Za-z0-9_-]+")
Run = Callable[..., HttpResponseBase]


def once_by_key[F: Callable[..., Any]](handler: F) -> F:
    """Below `@router.post`. Only answers that changed something are kept: after a problem the same key may try again.

    Keys of different callers never meet. A visitor has no name, so what keeps theirs apart is the length of the key and
    that the content must be the same.
    """
    return once_but_for()(handler)


def once_but_for[F: Callable[..., Any]](*secrets: str) -> Callable[[F], F]:
    """The same for an answer with secrets of which we keep no more than a hash: these fields are told to the first caller
    and are null for a repeat."""

    def wrap(handler: F) -> F:
        wrapped: F = decorate_view(partial(_once, secrets=secrets))(takes_key(handler))
        return wrapped

    return wrap


def takes_key[F: Callable[..., Any]](handler: F) -> F:
    """For a handler whose action keeps keys itself: it reads `key_of(request)`."""
    handler._takes_idempotency_key = True  # type: ignore[attr-defined]
    return handler


def key_of(request: HttpRequest) -> str:
    """The caller's key, or nothing. Invalid when it is too short to be nobody else's."""
    key = request.headers.get(HEADER, "")
    if key and not (SHORTEST <= len(key) <= LONGEST and _PLAIN.fullmatch(key)):
        raise Invalid({HEADER: [_("Send 16 to 200 letters, digits, - or _, such as a new UUID.")]})
    return key


class _NotKept(Exception):  # noqa: N818 - not an error: it carries the answer out of the transaction
    def __init__(self, answer: HttpResponseBase) -> None:
        self.answer = answer


def _once(run: Run, secrets: tuple[str, ...]) -> Run:
    @wraps(run)
    def by_key(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            key = key_of(request)
            if not key:
                return run(request, *args, **kwargs)
            scope = _scope(request, key)
            first: list[dict[str, Any]] = []

            def do() -> dict[str, Any]:
                first.append(_answer(run(request, *args, **kwargs)))
                return _without(secrets, first[0])

            with even_if_undone():
                kept = once("api", scope, do, content=_content(request))
            told = first[0] if first else kept
        except _NotKept as refused:
            return refused.answer
        except Problem as problem:
            return problem_response(request, problem)
        return HttpResponse(json.dumps(told["body"]), status=told["status"], content_type="application/json")

    return by_key


def _scope(request: HttpRequest, key: str) -> str:
    actor = caller_of(request).actor
    return f"{actor.kind}:{actor.user_id}:{actor.label}:{request.method}:{request.path}:{key}"


def _content(request: HttpRequest) -> str:
    """What tells one content from another. A form's text is never asked for whole: an upload may be larger than memory is for."""
    if request.content_type != "multipart/form-data":
        return hashlib.sha256(request.body).hexdigest()
    found = hashlib.sha256(json.dumps(sorted(request.POST.lists())).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            found.update(json.dumps([name, file.name, file.size]).encode())
            for piece in file.chunks():
                found.update(piece)
            file.seek(0)
    return found.hexdigest()


def _answer(response: HttpResponseBase) -> dict[str, Any]:
    if response.status_code >= 300 or not isinstance(response, HttpResponse):
        raise _NotKept(response)
    return {"status": response.status_code, "body": json.loads(response.content)}


def _without(secrets: tuple[str, ...], answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"body": answer["body"] | dict.fromkeys(secrets)} if secrets else answer
