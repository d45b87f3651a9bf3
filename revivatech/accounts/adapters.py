"""How allauth behaves here: where it sends people, how its mail leaves, how its secrets are kept."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO
from ipaddress import ip_address
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from revivatech.platform.sealing import seal, unseal
from revivatech.platform.spoken import of_person
from revivatech.platform.ui.navigation import link_to
from revivatech.platform.web.client import address_block, client_address

from . import audit, known_browsers, mail
from .browsers import browser_name
from .models import Membership, User
from .problems import MailIsOff
from .queries import with_email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up and sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account needs a verified e-mail, so there is no sign-up while the shop cannot send any."""
        return mail.is_on()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.locale = get_language() or settings.LANGUAGE_CODE
        user.full_name = form.cleaned_data.get("full_name", "").strip()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        with of_person(request.user.locale):  # type: ignore[union-attr]
            return home_of(request.user)  # type: ignore[arg-type]

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)  # type: ignore[arg-type]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:security")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Staff who have a second factor confirm with it and nothing less: a password seen over a shoulder must not
        be enough to change who may do what."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger if stronger and Membership.objects.filter(user_id=user.pk).exists() else methods

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        audit.sign_in_failed(credentials.get("email", ""), step="password", device=_device(request))

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Write the sign-in down, and tell the person by e-mail when this browser is new to their account."""
        response: HttpResponse = super().post_login(request, user, **options)
        new = not known_browsers.knows(request, user) and audit.has_signed_in(user)
        how = [
            record.get("type") or record.get("provider") or record["method"]
            for record in get_authentication_records(request, user)
        ]
        audit.signed_in(user, how=how, device=_device(request), new_device=new)
        if new:
            self.send_notification_mail("accounts/email/new_device", user, {"device": _device(request)})
        known_browsers.remember(request, response, user)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for each account and the network they come from, or the browser if its owner has
        signed in with it: whoever guesses at somebody's password shuts the door for himself and not for them."""
        email = credentials.get("email", "").strip().lower()
        person = with_email(email)
        browser = known_browsers.knows(request, person) if person else ""
        return f"{email}:{browser or address_block(self.get_client_ip(request))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address(request)
        try:
            return str(ip_address(address))
        except ValueError:  # a Unix socket has no address; the rows of sessions need one
            return "0.0.0.0"  # noqa: S104 - nothing listens here

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from the public address: a forged Host header must not decide where a reset link leads."""
        uid, _dash, secret = key.partition("-")
        return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if not mail.is_on():
            raise MailIsOff
        reader = context.get("user")
        with of_person(reader.locale) if isinstance(reader, User) else nullcontext():
            letter = mail.compose(template_prefix, {"email": email, **context})
        mail.queue(letter, to=email)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """A security notice, in its reader's language: who set it off may be somebody else. Without mail the page's own
        message has to do."""
        if mail.is_on():
            with of_person(user.locale):
                super().send_notification_mail(template_prefix, user, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        picture = BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, border=4, light="white", xmldecl=False)
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """A first name for a new passkey; the person may change it."""
        from allauth.mfa.models import Authenticator

        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey") if number == 1 else gettext("Passkey %(number)s") % {"number": number}


def _device(request: HttpRequest) -> str:
    return browser_name(request.headers.get("User-Agent", ""))


def home_of(user: User) -> str:
    """Where somebody belongs after signing in: staff at the workbench, customers in their account."""
    if Membership.objects.filter(user=user).exists():
        return link_to("repairs:queue") or reverse("accounts:security")
    return link_to("repairs:portal") or reverse("accounts:security")
