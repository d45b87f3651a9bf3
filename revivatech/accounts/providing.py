"""The two steps of signing in through the provider: there, and back."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from requests import RequestException

from revivatech.platform.spoken import of_person

from . import sign_in_keys
from .provider import Server, SocialAdapter

_LANGUAGE = "provider_language"  # the way back has one address, so the browser's session says which language it was


def begin(request: HttpRequest) -> HttpResponse:
    """To the provider's page, with a state that only this browser holds. Its scope and addresses are ours to say, so
    allauth's reading of them from the request is passed by."""
    provider = SocialAdapter(request).get_provider(request, sign_in_keys.PROVIDER)
    request.session[_LANGUAGE] = get_language()
    connecting = request.POST.get("process") == "connect" and request.user.is_authenticated
    try:
        response: HttpResponse = provider.redirect(
            request,
            process="connect" if connecting else "login",
            next_url=get_next_redirect_url(request),
            auth_params={"prompt": "select_account"},
        )
    except (RequestException, OAuth2Error) as error:
        response = render_authentication_error(request, provider, exception=error)
    return response


def complete(request: HttpRequest) -> HttpResponse:
    view = OAuth2CallbackView.adapter_view(Server(request, sign_in_keys.PROVIDER))
    with of_person(request.session.pop(_LANGUAGE, None) or ""):
        response: HttpResponse = view(request)
        response["Content-Language"] = get_language()
    return response
