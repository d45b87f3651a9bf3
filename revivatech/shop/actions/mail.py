"""The mail server: stored with its password sealed, and proved by a message it accepted."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.problems import Invalid
from revivatech.platform.realtime.announce import announce
from revivatech.platform.sealing import seal

from .. import mail, policies, queries, topics
from ..events import MailTested
from ..models import MailSettings
from ..problems import MailOff, MailRefused
from .common import check, lock_business, tell

logger = logging.getLogger(__name__)
FIELDS = ("host", "port", "security", "username", "sender", "sender_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailForm:
    """`password` None keeps the stored one; it is dropped when there is no user name."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str | None = None
    sender: str
    sender_name: str = ""


def save_mail(form: MailForm, *, by: Actor) -> MailSettings:
    """Store the server. A test that was passed with other settings no longer counts."""
    policies.check_settings(by)
    if not form.host or any(character.isspace() or character in "/@:" for character in form.host):
        raise Invalid({"host": [_("Enter the name of the mail server only, such as smtp.example.com.")]})
    if not form.sender:
        raise Invalid({"sender": [_("Enter the address that messages come from.")]})
    if not (form.username + (form.password or "")).isascii():
        plain = _(
            "Use a user name and password of plain letters, digits and signs; others cannot be sent to mail servers."
        )
        raise Invalid({"password": [plain]})
    with transaction.atomic():
        lock_business()
        saved = _locked()
        if _would_leak(form, saved):
            raise Invalid(
                {
                    "password": [
                        _("Enter the password again: it is not sent to another server than the one it was entered for.")
                    ]
                }
            )
        before = {name: getattr(saved, name) for name in FIELDS}
        for name in FIELDS:
            setattr(saved, name, getattr(form, name))
        if not form.username:
            saved.password_sealed = ""
        elif form.password is not None:
            saved.password_sealed = seal(form.password)
        check(saved)
        changed = [name for name in FIELDS if before[name] != getattr(saved, name)]
        if not changed and form.password is None:
            return saved
        saved.tested_at = None
        saved.save()
        after = {name: getattr(saved, name) for name in changed}
        secret = {} if form.password is None else {"password": "changed"}
        tell("mail", {name: before[name] for name in changed}, {**after, **secret}, by=by)
        return saved


def turn_mail_off(*, by: Actor) -> None:
    """Forget the server and its password. Messages are kept and shown as not sent from now on."""
    policies.check_settings(by)
    with transaction.atomic():
        lock_business()
        saved = _locked()
        if not saved.host:
            return
        before = {"host": saved.host}
        saved.host = saved.username = saved.password_sealed = ""
        saved.tested_at = None
        saved.save()
        tell("mail", before, {"host": ""}, by=by)


def send_test(to: str, *, by: Actor) -> datetime:
    """Send a real message to `to` and say when the server took it; `MailRefused` with the reason when it did not.

    No transaction is open while we talk to the server; `tested_at` is stored only if the settings are still those.
    """
    policies.check_settings(by)
    target = mail.server()
    if target is None:
        raise MailOff
    shop = queries.business()
    message = EmailMessage(
        subject=_("Test message from %(shop)s") % {"shop": shop.name or "RevivaTech"},
        body=_("This message shows that e-mail works. You can delete it."),
        from_email=mail.sender(),
        to=[to],
    )
    try:
        if mail.connect(target).send_messages([message]) != 1:
            raise MailRefused(_("The message had no recipient."), answer="")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        logger.info("test message refused by %s: %s", target.host, error)
        raise MailRefused(mail.explain(error), answer=mail.answer_of(error)) from error
    with transaction.atomic():
        lock_business()
        saved = _locked()
        if saved.host and mail.server() == target:
            saved.tested_at = clock.now()
            saved.save(update_fields=["tested_at"])
        record(MailTested(host=target.host), by=by)
        announce(topics.SHOP)
    return clock.now()


def _locked() -> MailSettings:
    queries.mail_settings()
    return MailSettings.objects.select_for_update().get(pk=1)


def _would_leak(form: MailForm, saved: MailSettings) -> bool:
    """A stored password must not be sent to a server it was not entered for, nor without encryption where it had it."""
    kept = bool(form.username) and form.password is None and bool(saved.password_sealed)
    return kept and (form.host != saved.host or (form.security == "none" and saved.security != "none"))
