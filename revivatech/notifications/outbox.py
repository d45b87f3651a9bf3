"""Put messages in, send them, try again. Every attempt is a row; one event never makes two messages."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from revivatech.accounts.access import require
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.problems import Conflict, NotFound

from .channels import email
from .channels.results import Delivery
from .compose import Composed, compose, compose_for_staff
from .events import MessageResent
from .models import Attempt, Message

# Waits after the first, second… refused attempt. After the last one the message has failed and staff are shown it.
BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)


@transaction.atomic
def queue_for(event_id: int) -> Message | None:
    """The message for an event, in the outbox and on its way. Called again for the same event, it changes nothing."""
    event = EventRecord.objects.get(pk=event_id)
    composed = compose(event)
    return _put(event, composed) if composed is not None else None


@transaction.atomic
def queue_for_staff(event_id: int) -> list[Message]:
    """The same for the colleagues who have something to do now."""
    event = EventRecord.objects.get(pk=event_id)
    return [_put(event, composed) for composed in compose_for_staff(event)]


def _put(event: EventRecord, composed: Composed) -> Message:
    message, fresh = Message.objects.get_or_create(
        event=event,
        template=composed.kind.key,
        channel="email",
        to_address=composed.address,
        defaults={
            "customer": composed.customer,
            "location": composed.location,
            "about_kind": event.subject_kind,
            "about_id": event.subject_id,
            "to_staff": composed.customer is None,
            "to_name": composed.to_name,
            "subject": composed.subject,
            "text": composed.text,
            "html": composed.html,
            "attachments": composed.attachments,
            "status": Message.Status.QUEUED if composed.address else Message.Status.NOT_SENT,
            "reason": "" if composed.address else _("The customer has no e-mail address."),
        },
    )
    if fresh and message.status == Message.Status.QUEUED:
        enqueue(message)
    return message


def enqueue(message: Message) -> None:
    from .jobs import deliver  # jobs import this module

    deliver.configure(schedule_at=message.send_after).defer(message_id=message.pk)


def deliver_now(message_id: int) -> None:
    """Try to send one message and write down what came of it. A message already sent, or given up, is left alone.

    `sending` is committed before the server is spoken to. A worker killed in between leaves that state behind; the job
    comes back and the message goes out with the same Message-ID, by which mail servers and programs recognise a repeat.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(no_key=True).filter(pk=message_id).first()
        if message is None or message.status not in (Message.Status.QUEUED, Message.Status.SENDING):
            return
        message.status = Message.Status.SENDING
        message.save(update_fields=["status"])
    delivery = email.send(message)
    with transaction.atomic():
        message = Message.objects.select_for_update(no_key=True).get(pk=message_id)
        if message.status == Message.Status.SENDING:  # not while somebody else finished it
            _settle(message, delivery)


def _settle(message: Message, delivery: Delivery) -> None:
    if delivery.state != "off":
        Attempt.objects.create(message=message, accepted=delivery.state == "accepted", answer=delivery.answer[:500])
    tried = message.attempts.filter(accepted=False, counted=True).count()
    message.reason = "" if delivery.state == "accepted" else delivery.answer[:300]
    if delivery.state == "accepted":
        message.status, message.sent_at = Message.Status.SENT, clock.now()
    elif delivery.state == "off":
        message.status = Message.Status.NOT_SENT
    elif delivery.state == "refused" or tried > len(BACK_OFF):
        message.status = Message.Status.FAILED
    else:
        message.status = Message.Status.QUEUED
        message.send_after = clock.now() + BACK_OFF[tried - 1]
        enqueue(message)
    message.save(update_fields=["status", "reason", "send_after", "sent_at"])


@transaction.atomic
def send_again(message_id: int, *, by: Actor) -> Message:
    """Staff send a failed or unsent message once more, as it was written."""
    visible = Message.objects.visible_to(by, "messages.send")
    message = visible.select_for_update(of=("self",), no_key=True).filter(pk=message_id).first()
    if message is None:
        raise NotFound
    require(by, "messages.send", at=message.location_id)
    if message.status not in (Message.Status.FAILED, Message.Status.NOT_SENT):
        raise Conflict(_("Only a message that failed or was not sent can be sent again."))
    if message.customer is not None and message.customer.email:
        message.to_address = message.customer.email  # the address may have been corrected meanwhile
    if not message.to_address:
        raise Conflict(_("The customer has no e-mail address. Add one first."))
    message.status, message.reason, message.send_after = Message.Status.QUEUED, "", clock.now()
    message.attempts.filter(accepted=False).update(counted=False)
    message.save(update_fields=["status", "reason", "send_after", "to_address"])
    record(MessageResent(message_id=message.pk, template=message.template), by=by)
    enqueue(message)
    return message
