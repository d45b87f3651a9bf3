"""Telling endpoints: one row for each event and endpoint, signed requests, tries with growing pauses, and giving up.

Signed as Standard Webhooks does: `webhook-id`, `webhook-timestamp`, and in `webhook-signature` the base64 HMAC-SHA256 of
`id.timestamp.body`. At least once: a worker that dies between sending and writing sends again, under the same id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from revivatech.accounts import mail
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.base import Event
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.platform.outbound import OutboundFailed, OutboundRefused, fetch
from revivatech.platform.questions import Question
from revivatech.platform.sealing import unseal
from revivatech.platform.spoken import of_person
from revivatech.platform.web.helpers import moment

from .events import WebhookSwitchedOff
from .models import Delivery, DeliveryAttempt, Webhook
from .told import TEST, body_of

# Waits after the first, second… refused try: about a day and a half in all.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 600, 3600, 6 * 3600, 24 * 3600))
# An endpoint that refused this often in a row, over at least this long, is switched off.
MOST_FAILURES, FAILING_FOR = 12, timedelta(days=2)
GONE = 410
TIMEOUT = 10.0
MAX_ANSWER = 65_536


_SWITCHED_ON = Question(lambda: Webhook.objects.filter(state=Webhook.State.ON, removed_at=None))


def tell_endpoints(event: Event, row: EventRecord, by: Actor) -> None:
    """A reaction inside the event's transaction: what is to be told commits or rolls back with what happened."""
    body = ""
    for webhook in (one for one in _SWITCHED_ON() if row.name in one.events):
        body = body or body_of(row)
        delivery = Delivery.objects.create(webhook=webhook, event=row, name=row.name, body=body)
        enqueue(delivery, clock.now())


def queue_test(webhook: Webhook) -> Delivery:
    said = {"type": TEST, "timestamp": clock.now().isoformat(), "subject": {"kind": "webhook", "code": ""}, "data": {}}
    delivery = Delivery.objects.create(webhook=webhook, name=TEST, body=json.dumps(said, separators=(",", ":")))
    enqueue(delivery, clock.now())
    return delivery


def enqueue(delivery: Delivery, at: datetime) -> None:
    from .jobs import deliver  # jobs import this module

    Delivery.objects.filter(pk=delivery.pk).update(next_at=at)
    deliver.configure(schedule_at=at).defer(delivery_id=delivery.pk)


def deliver_now(delivery_id: int) -> None:
    """One try. What was delivered, given up or switched off meanwhile is left alone."""
    delivery = Delivery.objects.select_related("webhook").filter(pk=delivery_id).first()
    if delivery is None or delivery.status != Delivery.Status.WAITING:
        return
    if delivery.webhook.state != Webhook.State.ON:
        Delivery.objects.filter(pk=delivery_id).update(status=Delivery.Status.FAILED, next_at=None)
        return
    attempt = _send(delivery)  # no transaction is open: the other side may take its time
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        delivery.webhook = webhook
        attempt.save()
        if delivery.status == Delivery.Status.WAITING:
            _settle(delivery, attempt)


def signature(secret: str, uuid: str, timestamp: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{uuid}.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _send(delivery: Delivery) -> DeliveryAttempt:
    webhook, now = delivery.webhook, int(clock.now().timestamp())
    secrets = [webhook.secret]
    if webhook.old_secret and webhook.old_secret_until and clock.now() < webhook.old_secret_until:
        secrets.append(webhook.old_secret)
    uuid = f"msg_{delivery.uuid.hex}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "RevivaTech-Webhooks/1",
        "webhook-id": uuid,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(signature(unseal(one), uuid, now, delivery.body) for one in secrets),
    }
    began = time.monotonic()
    attempt = DeliveryAttempt(delivery=delivery)
    try:
        answer = fetch(
            webhook.url, method="POST", headers=headers, content=delivery.body.encode(), timeout=TIMEOUT,
            max_bytes=MAX_ANSWER,
        )  # fmt: skip
        attempt.status = answer.status
    except (OutboundRefused, OutboundFailed) as problem:
        attempt.problem = str(problem.detail)[:300]
    attempt.milliseconds = int((time.monotonic() - began) * 1000)
    return attempt


def _settle(delivery: Delivery, attempt: DeliveryAttempt) -> None:
    webhook = delivery.webhook
    delivery.tries += 1
    delivery.next_at = None
    if attempt.accepted:
        delivery.status = Delivery.Status.DELIVERED
        webhook.failures, webhook.failing_since = 0, None
    else:
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or clock.now()
        with of_person(webhook.created_by.locale):
            reason = _why_off(webhook, attempt)
        if reason:
            _switch_off(webhook, reason)
        if webhook.state != Webhook.State.ON or delivery.tries > len(BACK_OFF):
            delivery.status = Delivery.Status.FAILED
        else:
            delivery.next_at = clock.now() + BACK_OFF[delivery.tries - 1]
    delivery.save(update_fields=["status", "tries", "next_at"])
    webhook.save(update_fields=["failures", "failing_since", "state"])
    if delivery.next_at is not None:
        enqueue(delivery, delivery.next_at)


def _why_off(webhook: Webhook, attempt: DeliveryAttempt) -> str:
    if attempt.status == GONE:
        return _("It answered that it is gone for good (410).")
    since = webhook.failing_since
    if webhook.failures >= MOST_FAILURES and since is not None and clock.now() - since >= FAILING_FOR:
        return _("It refused %(number)s times in a row since %(when)s.") % {
            "number": webhook.failures,
            "when": f"{moment(since, pattern='d MMM y, HH:mm')} UTC",
        }
    return ""


def _switch_off(webhook: Webhook, reason: str) -> None:
    webhook.state = Webhook.State.SWITCHED_OFF
    record(WebhookSwitchedOff(webhook_id=webhook.pk, reason=reason), by=system())
    person = webhook.created_by
    if mail.is_on() and person.is_active:
        with of_person(person.locale):
            page = settings.PUBLIC_URL + reverse("integrations:webhook", args=[webhook.pk])
            context = {"webhook": webhook, "reason": reason, "page": page, "name": str(person)}
            mail.queue(mail.compose("integrations/email/switched_off", context), to=person.email)
