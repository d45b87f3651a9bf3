"""Sign-in for apps under `/api/v1`: allauth's own headless operations, whose failures we also say as problem+json."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.constants import Client
from allauth.headless.urls import build_urlpatterns
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from revivatech.platform.problems import Conflict, Denied, Gone, Invalid, NotFound, Problem, SignInRequired, TooMany

BAD_REFRESH = "bad_refresh_token"  # used before, withdrawn or never ours
_BY_STATUS: dict[int, type[Problem]] = {
    400: Problem, 401: SignInRequired, 403: Denied, 404: NotFound, 409: Conflict, 410: Gone, 422: Invalid, 429: TooMany,
}  # fmt: skip


# Nobody signs in with a telephone number here. Signing up is done on our page, where the terms are read and accepted.
# The sign-in provider leads through pages of ours, with a confirmation that no app could show for us.
_LEFT_OUT = (
    "phone", "phone/verify", "phone/verify/resend", "signup", "account/providers", "provider/redirect", "provider/token",
)  # fmt: skip


def _as_problem(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """allauth's members stay (an app needs `data.flows` to go on); those of RFC 9457 come beside them."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: Any = view(request, *args, **kwargs)
        except ImmediateHttpResponse as stopped:
            response = stopped.response
        kind = _BY_STATUS.get(response.status_code)
        if kind is None:
            return response  # type: ignore[no-any-return]
        said = json.loads(response.content or b"{}") if "json" in response.headers.get("Content-Type", "") else {}
        why = next(iter(said.get("errors", [])), {"message": "", "code": ""})
        problem = kind({"": [why["message"]]}) if kind is Invalid else kind(why["message"])
        told = {**problem.as_json(), **said, "status": response.status_code}
        if kind is Problem:
            code = why["code"] or (BAD_REFRESH if request.path.endswith("tokens/refresh") else "unreadable")
            told |= {"code": code, "type": f"urn:revivatech:problem:{code}"}
        response.content = json.dumps(told)
        response.headers["Content-Type"] = "application/problem+json"
        return response  # type: ignore[no-any-return]

    answered.csrf_exempt = True  # type: ignore[attr-defined] # no cookie counts here: X-Session-Token and bearer tokens only
    return answered


def _wrapped(patterns: list[URLPattern | URLResolver], prefix: str = "", names: str = "") -> list[URLPattern]:
    found: list[URLPattern] = []
    for one in patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            space = f"{names}{one.namespace}:" if one.namespace else names
            found += _wrapped(one.url_patterns, address, space)
        elif not address.endswith(_LEFT_OUT):
            found.append(path(address, _as_problem(one.callback), name=one.name))
    return found


app_name = "app"
urlpatterns = _wrapped(build_urlpatterns(Client.APP))
