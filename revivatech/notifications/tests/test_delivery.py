"""Sending, against a real SMTP server: accepted, refused, later, off, gone, killed half-way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from revivatech.accounts.models import User
from revivatech.notifications import outbox
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Denied, NotFound
from revivatech.repairs import actions
from revivatech.repairs.tests.test_moves import at
from revivatech.shop.models import Location, MailSettings
from revivatech.testing.smtp import Mailbox, mail_on, smtp

As = Callable[[User], Actor]
__all__ = ["mail_on", "smtp"]


@pytest.fixture
def message(shop: Location, tess: User, actor: As) -> Message:
    """In the outbox, after Tess began the repair work."""
    repair = at("diagnosis", shop)
    actions.move(repair.code, "repair_work", by=actor(tess))
    queued = outbox.queue_for(EventRecord.objects.get().pk)
    assert queued is not None
    return queued


def test_accepted(message: Message, mail_on: Mailbox) -> None:
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "sent"
    assert message.sent_at is not None
    assert [attempt.accepted for attempt in message.attempts.all()] == [True]
    arrived = mail_on.messages[0]
    assert arrived["Subject"] == message.subject
    assert arrived["From"] == "London Repairs <hello@repairs.example>"
    assert arrived["Message-ID"] == f"<message-{message.pk}@localhost>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert {part.get_content_type() for part in arrived.walk()} >= {"text/plain", "text/html"}
    outbox.deliver_now(message.pk)  # the job came twice
    assert len(mail_on.messages) == 1


def test_later_then_accepted(message: Message, mail_on: Mailbox) -> None:
    mail_on.answers = ["451 Greylisted, come back"]
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "queued"
    assert "451 Greylisted" in message.reason
    retry = ProcrastinateJob.objects.filter(task_name="revivatech.notifications.jobs.deliver").latest("id")
    assert retry.scheduled_at == message.send_after > clock.now()
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("sent", "")
    assert [attempt.accepted for attempt in message.attempts.all()] == [False, True]


def test_given_up_after_the_last_try(message: Message, mail_on: Mailbox) -> None:
    mail_on.answers = ["451 Busy"] * (len(outbox.BACK_OFF) + 1)
    waits = []
    for _round in range(len(outbox.BACK_OFF) + 1):
        before = clock.now()
        outbox.deliver_now(message.pk)
        message.refresh_from_db()
        waits.append(message.send_after - before)
    assert message.status == "failed"
    assert message.attempts.count() == len(outbox.BACK_OFF) + 1
    for wait, planned in zip(waits, outbox.BACK_OFF, strict=False):
        assert planned <= wait < planned + timedelta(seconds=20)


def test_a_refused_address_is_not_tried_again(message: Message, mail_on: Mailbox) -> None:
    mail_on.refused_recipients[message.to_address] = "550 No such user"
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "failed"
    assert "550 No such user" in message.reason


def test_nothing_listens(message: Message, mail_on: Mailbox) -> None:
    MailSettings.objects.update(port=1)
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "queued"
    assert "Nothing answers at that host and port" in message.reason


def test_off_is_kept_and_shown(message: Message, sign_in: Callable[[User], Client], fred: User) -> None:
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "not_sent"
    assert not message.attempts.exists()
    page = sign_in(fred).get(reverse("notifications:list")).content.decode()
    assert message.subject in page
    assert "Not sent" in page


def test_sent_again_by_staff(message: Message, mail_on: Mailbox, fred: User, tess: User, actor: As) -> None:
    mail_on.refused_recipients[message.to_address] = "550 No such user"
    outbox.deliver_now(message.pk)
    with pytest.raises(NotFound):
        outbox.send_again(message.pk, by=actor(tess))
    assert message.customer is not None
    message.customer.email = "right@example.com"
    message.customer.save()
    outbox.send_again(message.pk, by=actor(fred))
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert (message.status, message.to_address) == ("sent", "right@example.com")
    assert mail_on.recipients == ["right@example.com"]


@pytest.mark.parametrize("who", ["alice", "tess"])
def test_outsiders_see_no_messages(
    who: str, message: Message, sign_in: Callable[[User], Client], request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(who))
    listed = client.get(reverse("notifications:list"))
    resent = client.post(reverse("notifications:resend", args=[message.pk]))
    if who == "alice":
        assert (listed.status_code, resent.status_code) == (403, 403)
    else:
        assert (listed.status_code, resent.status_code) == (200, 403)
    message.refresh_from_db()
    assert message.status == "queued"


def test_a_worker_killed_half_way(message: Message, mail_on: Mailbox) -> None:
    """The job of a worker that died comes back by itself, and the message goes out under the same Message-ID."""
    Message.objects.filter(pk=message.pk).update(status="sending")
    job = ProcrastinateJob.objects.filter(task_name="revivatech.notifications.jobs.deliver").latest("id")
    worker = app.connector.get_sync_connector().execute_query_one(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
    )
    app.connector.get_sync_connector().execute_query(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %(worker)s, attempts = 1 WHERE id = %(job)s",
        worker=worker["id"], job=job.pk,
    )  # fmt: skip
    stalled = async_to_sync(app.job_manager.get_stalled_jobs)()
    assert [found.id for found in stalled] == [job.pk]
    outbox.deliver_now(message.pk)
    message.refresh_from_db()
    assert message.status == "sent"
    assert mail_on.messages[0]["Message-ID"] == f"<message-{message.pk}@localhost>"


def test_a_message_of_another_location_is_not_found(
    message: Message, manchester: Location, mona: User, actor: As
) -> None:
    Message.objects.update(location=manchester, status="failed")
    with pytest.raises((NotFound, Denied)):
        outbox.send_again(message.pk, by=actor(mona))
