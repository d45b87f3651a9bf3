"""Google, or another OpenID server, as allauth sees it: our keys, our addresses, our door to the outside.

Imported when it is needed: it brings `requests`, which pages without it need not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self
from urllib.parse import urlencode

import requests
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from revivatech.platform.outbound import Answer, OutboundFailed, OutboundRefused, fetch
from revivatech.platform.web.languages import plain

from . import audit, joining, sign_in_keys
from .browsers import browser_name
from .models import User

ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def vouches_for(server: str, claims: Mapping[str, Any]) -> bool:
    """Whether this server knows today whose mailbox it is. Google tells of foreign addresses as verified because they
    once were; it answers only for its own mail and for the domains it hosts (`hd`)."""
    email = str(claims.get("email") or "").lower()
    if not email or claims.get("email_verified") is not True:
        return False
    if sign_in_keys.origin_of(server) != sign_in_keys.GOOGLE:
        return True
    domain = email.rpartition("@")[2]
    return domain in {"gmail.com", "googlemail.com"} or domain == str(claims.get("hd") or "").lower()


class Server(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The conversation with the server. What its description says is checked against the address we were given."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if any(not isinstance(config.get(name), str) for name in ENDPOINTS):
            raise OAuth2Error("The server's description is incomplete.")
        if config["issuer"].rstrip("/") != settings.SIGN_IN_SERVER:
            raise OAuth2Error("The description is another server's.")
        if sign_in_keys.origin_of(config["authorization_endpoint"]) != sign_in_keys.server_origin():
            raise OAuth2Error("The description leads to another host.")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Of the public address: exactly what is registered with the provider, whatever Host header came."""
        return str(settings.PUBLIC_URL) + plain(reverse("accounts:provider_callback"))


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = Server

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("accounts:provider_login") + (f"?{urlencode(kwargs)}" if kwargs else "")

    def get_callback_url(self) -> str:
        return plain(reverse("accounts:provider_callback"))

    def extract_uid(self, data: dict[str, Any]) -> str:
        uid = _claims(data).get("sub")
        if not isinstance(uid, str) or not 0 < len(uid) <= 191:
            raise OAuth2Error("The server names nobody.")
        return uid

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only what the person is shown: which of their accounts it is."""
        return {"email": str(_claims(data).get("email") or "")[:254]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        claims = _claims(data)
        return {"email": claims.get("email"), "name": str(claims.get("name") or "")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        claims = _claims(data)
        verified = vouches_for(settings.SIGN_IN_SERVER, claims)
        email = claims.get("email")
        return [EmailAddress(email=email, verified=verified, primary=True)] if isinstance(email, str) and email else []


def _claims(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data.get("id_token") or {}
    return found


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, whose keys are not in allauth's table but sealed in ours."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        keys = sign_in_keys.keys()
        asked = provider in (None, sign_in_keys.PROVIDER, Provider.id)
        if keys is None or not asked or client_id not in (None, keys.client_id):
            return []
        how = {
            "server_url": settings.SIGN_IN_SERVER,
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "token_auth_method": "client_secret_post",
        }
        return [
            SocialApp(
                provider=Provider.id,
                provider_id=sign_in_keys.PROVIDER,
                name=sign_in_keys.name(),
                client_id=keys.client_id,
                secret=keys.secret,
                settings=how,
            )
        ]

    def list_providers(self, request: HttpRequest) -> list[Provider]:
        return [Provider(request, app=app) for app in self.list_apps(request)]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider=provider, client_id=client_id))

    def get_requests_session(self) -> Door:
        return Door()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        user.email, user.full_name = str(data.get("email") or ""), str(data.get("name") or "")[:120]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        return {"email": sociallogin.user.email, "full_name": sociallogin.user.full_name}

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False  # nobody becomes a customer without having read the terms

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sociallogin.token = None  # we ask the provider nothing else; a sign-up that waits in the session holds no key
        if elsewhere := joining.instead_of_signing_in(request, sociallogin):
            raise ImmediateHttpResponse(elsewhere)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = AuthError.UNKNOWN, exception: Any = None,
        extra_context: Any = None,
    ) -> None:  # fmt: skip
        if error != AuthError.CANCELLED:
            device = browser_name(request.headers.get("User-Agent", ""))
            audit.sign_in_failed("", step=sign_in_keys.PROVIDER, device=device)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        account_adapter().send_notification_mail(*args, **kwargs)


class Door:
    """What allauth takes for a session of `requests`: every call goes through `platform.outbound`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def get(self, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        return self.request("GET", url, headers=headers)

    def request(
        self, method: str, url: str, *, data: dict[str, str] | None = None, headers: dict[str, str] | None = None,
        params: None = None, auth: None = None,
    ) -> requests.Response:  # fmt: skip
        sent = {"Accept": "application/json", **(headers or {})}
        if data is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            content = urlencode(data).encode() if data is not None else None
            return _response(fetch(url, method=method, headers=sent, content=content))
        except (OutboundFailed, OutboundRefused) as problem:
            raise requests.ConnectionError(str(problem.detail)) from problem


def _response(answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.encoding = answer.status, answer.url, "utf-8"
    response.headers.update(dict(answer.headers))
    response.raw = BytesIO(answer.body)
    return response
