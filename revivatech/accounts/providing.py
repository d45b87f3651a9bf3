"""The two steps of signing in through the provider: there, and back."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from . import sign_in_keys
from .provider import Server, SocialAdapter


def begin(request: HttpRequest) -> HttpResponse:
    """To the provider's page, with a state that only this browser holds. Its scope and addresses are ours to say, so
    allauth's reading of them from the request is passed by."""
    provider = SocialAdapter(request).get_provider(request, sign_in_keys.PROVIDER)
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
    response: HttpResponse = view(request)
    return response
