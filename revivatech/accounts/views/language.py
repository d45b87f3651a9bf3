"""The choice of a language: remembered by the browser, and by the account of who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting
from revivatech.platform.web.languages import in_language

from .. import actions


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """A visitor follows a link, so that pages for everybody carry no form token. An account is changed by a form only."""
    asked = request.POST if request.method == "POST" else request.GET
    code, back = asked.get("to", ""), asked.get("next", "/")
    if code not in dict(settings.LANGUAGES):
        code = settings.LANGUAGE_CODE
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    if request.method == "POST" and acting(request).user_id is not None:
        actions.choose_language(code, by=acting(request))
    response = HttpResponseRedirect(in_language(back, code))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=settings.LANGUAGE_COOKIE_AGE, httponly=True,
        secure=settings.LANGUAGE_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
