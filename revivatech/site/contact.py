"""A visitor writes, staff answer. The message is stored first; mail goes out by the outbox after the commit."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.accounts.queries import language_of_owner
from revivatech.notifications import outbox
from revivatech.notifications.models import Message
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, NotFound
from revivatech.platform.realtime.announce import announce
from revivatech.platform.spoken import of_person
from revivatech.shop.queries import business

from .events import ContactAnswered, ContactReceived, ContactStateChanged
from .models import ContactMessage, ContactReply
from .topics import INBOX

State = ContactMessage.State


@transaction.atomic
def write(*, about: str, name: str, email: str, phone: str, text: str, by: Actor) -> ContactMessage:
    """Keep a visitor's message, confirm it to them with its reference, and tell the shop's own address."""
    contact = ContactMessage.objects.create(
        about=about, name=name, email=email, phone=phone, text=text, locale=get_language() or settings.LANGUAGE_CODE
    )
    event = record(ContactReceived(contact_id=contact.pk, about=about), by=by)
    shop = business()
    words = {"code": contact.code, "shop": str(shop)}
    _mail(event, contact, "contact_received", email, name, _("We have your message (%(code)s)") % words)
    if shop.email:
        with of_person(language_of_owner()):
            subject = _("Message from the website (%(code)s)") % words
            _mail(event, contact, "contact_for_staff", shop.email, str(shop), subject)
    announce(INBOX)
    return contact


@transaction.atomic
def answer(pk: int, text: str, *, by: Actor) -> ContactReply:
    """Send a reply to the visitor and mark the message answered."""
    require(by, "messages.send")
    contact = _locked(pk)
    reply = ContactReply.objects.create(message=contact, text=text, author_id=by.user_id, author_label=by.label)
    contact.state = State.ANSWERED
    contact.save(update_fields=["state"])
    event = record(ContactAnswered(contact_id=pk, reply_id=reply.pk), by=by)
    with of_person(contact.locale):
        subject = _("Our answer to your message %(code)s") % {"code": contact.code}
        _mail(event, contact, "contact_answer", contact.email, contact.name, subject, reply=reply)
    announce(INBOX)
    return reply


@transaction.atomic
def put_aside(pk: int, state: str, *, by: Actor) -> ContactMessage:
    """Close a message that needs no answer, or open it again."""
    require(by, "messages.send")
    contact = _locked(pk)
    if state not in (State.OPEN, State.CLOSED) or state == contact.state:
        raise Conflict(_("Somebody changed this message meanwhile. Reload the page."))
    before, contact.state = contact.state, state
    contact.save(update_fields=["state"])
    record(ContactStateChanged(contact_id=pk, before=before, after=state), by=by)
    announce(INBOX)
    return contact


def _locked(pk: int) -> ContactMessage:
    found = ContactMessage.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _mail(
    event: EventRecord,
    contact: ContactMessage,
    template: str,
    address: str,
    name: str,
    subject: str,
    *,
    reply: ContactReply | None = None,
) -> None:
    context = {"contact": contact, "reply": reply, "shop": business(), "subject": subject, "kind": template}
    message = Message.objects.create(
        event=event,
        template=template,
        about_kind="contact",
        about_id=contact.pk,
        to_address=address,
        to_name=name,
        subject=" ".join(subject.split())[:200],
        text=render_to_string("site/email/contact.txt", context),
        html=render_to_string("site/email/contact.html", context),
    )
    outbox.enqueue(message)
