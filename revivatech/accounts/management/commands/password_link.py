"""For the person at the console: a link to choose a new password, when no e-mail can bring one."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from revivatech.accounts.queries import with_email


class Command(BaseCommand):
    help = "Print a link with which the person of that e-mail address chooses a new password (works once, two hours)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = with_email(email)
        if user is None or not user.is_active:
            raise CommandError(f"Nobody with the address {email} may sign in.")
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        self.stdout.write(settings.PUBLIC_URL + path)
