"""Past the "is it still you?" page: what dangerous acts ask of people who are signed in."""

from __future__ import annotations

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User

from .factories import PASSWORD


def confirm(client: Client, user: User) -> None:
    """Say again who it is: with the authenticator app if the person has one, else with the password."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return
    secret = get_adapter().decrypt(app.data["secret"])
    cache.clear()  # one code confirms once; tests are quicker than half a minute
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post(reverse("mfa_reauthenticate"), {"code": code})
