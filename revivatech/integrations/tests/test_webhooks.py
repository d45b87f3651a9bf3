"""Webhooks against a real server: told what happened, signed, tried again, replayed, and switched off when they only fail."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.integrations import actions
from revivatech.integrations.delivering import BACK_OFF, deliver_now
from revivatech.integrations.models import Delivery, DeliveryAttempt, Webhook
from revivatech.platform import clock
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import Conflict, Denied, Invalid
from revivatech.platform.sealing import unseal
from revivatech.repairs import actions as repairs
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair
from revivatech.testing.jobs import run_jobs
from revivatech.testing.receiver import Receiver, receiving

Hook = tuple[Webhook, str]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with receiving() as server:
        yield server


@pytest.fixture
def hook(receiver: Receiver, olga: User) -> Hook:
    return actions.save_webhook(
        None, url=receiver.url, about="Till", events=["repair.stage_changed"], on=True, by=actor_of(olga)
    )


@pytest.fixture
def moved(hook: Hook, shop: Location, tess: User) -> Repair:
    repair = make_repair(location=shop, status="initial_assessment")
    return repairs.move(repair.code, "diagnosis", by=actor_of(tess))


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the receiver does it, from the convention and not from our code."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return ours in headers["webhook-signature"].split(" ")


def test_it_is_told_of_what_happened_signed(hook: Hook, moved: Repair, receiver: Receiver) -> None:
    delivery = Delivery.objects.get()
    deliver_now(delivery.pk)
    ((headers, body),) = receiver.got
    assert verified(hook[1], headers, body)
    said = json.loads(body)
    assert (said["type"], said["subject"]["code"]) == ("repair.stage_changed", moved.code)
    assert said["data"] == {"before": "initial_assessment", "after": "diagnosis"}
    assert moved.customer.name not in body.decode()
    delivery.refresh_from_db()
    assert delivery.status == "delivered"
    deliver_now(delivery.pk)
    assert len(receiver.got) == 1


def test_the_worker_sends_it(hook: Hook, moved: Repair, receiver: Receiver) -> None:
    assert run_jobs("webhooks") == ["revivatech.integrations.jobs.deliver"]
    assert len(receiver.got) == 1


def test_it_is_not_told_of_what_it_did_not_ask_for_nor_of_what_was_undone(
    hook: Hook, shop: Location, tess: User
) -> None:
    repair = make_repair(location=shop, status="initial_assessment")
    repairs.add_note(repair.code, body="Hello", for_customer=False, by=actor_of(tess))
    with transaction.atomic():
        repairs.move(repair.code, "diagnosis", by=actor_of(tess))
        transaction.set_rollback(True)
    assert Delivery.objects.count() == 0


def test_a_changed_body_or_an_old_signature_does_not_pass(hook: Hook, moved: Repair, receiver: Receiver) -> None:
    deliver_now(Delivery.objects.get().pk)
    ((headers, body),) = receiver.got
    assert not verified(hook[1], headers, body.replace(b"diagnosis", b"completed"))
    assert not verified(hook[1], {**headers, "webhook-timestamp": "1"}, body)


def test_refusals_are_tried_again_with_growing_pauses_until_it_is_taken(
    hook: Hook, moved: Repair, receiver: Receiver
) -> None:
    receiver.status = 500
    delivery = Delivery.objects.get()
    with clock.frozen(clock.now()):
        waits = []
        for _number in range(3):
            deliver_now(delivery.pk)
            delivery.refresh_from_db()
            assert delivery.next_at is not None
            waits.append(delivery.next_at - clock.now())
    assert tuple(waits) == BACK_OFF[:3]
    receiver.status = 204
    deliver_now(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, [attempt.status for attempt in delivery.attempts.all()]) == (
        "delivered", [500, 500, 500, 204],
    )  # fmt: skip
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert Webhook.objects.get().failures == 0


def test_one_that_only_fails_is_switched_off_and_somebody_is_told(
    hook: Hook, moved: Repair, receiver: Receiver, shop: Location, tess: User
) -> None:
    receiver.status = 503
    start = clock.now()
    for day in range(4):
        with clock.frozen(start + timedelta(hours=17 * day)):
            delivery = Delivery.objects.create(webhook=hook[0], name="webhook.test", body="{}")
            for _number in range(4):
                deliver_now(delivery.pk)
    webhook = Webhook.objects.get()
    assert webhook.state == "switched_off"
    assert EventRecord.objects.filter(name="webhook.switched_off").count() == 1
    before = len(receiver.got)
    deliver_now(Delivery.objects.filter(name="repair.stage_changed").get().pk)
    assert len(receiver.got) == before


def test_gone_for_good_is_believed_at_once(hook: Hook, moved: Repair, receiver: Receiver) -> None:
    receiver.status = 410
    deliver_now(Delivery.objects.get().pk)
    assert (Webhook.objects.get().state, Delivery.objects.get().status) == ("switched_off", "failed")


def test_a_replay_is_the_same_message_again(hook: Hook, moved: Repair, receiver: Receiver, olga: User) -> None:
    delivery = Delivery.objects.get()
    with pytest.raises(Conflict):
        actions.replay(delivery.pk, by=actor_of(olga))
    deliver_now(delivery.pk)
    actions.replay(delivery.pk, by=actor_of(olga))
    deliver_now(delivery.pk)
    first, second = receiver.got
    assert first[1] == second[1]
    assert first[0]["webhook-id"] == second[0]["webhook-id"]


def test_for_a_day_both_secrets_sign(hook: Hook, moved: Repair, receiver: Receiver, olga: User) -> None:
    fresh = actions.change_secret(hook[0].pk, by=actor_of(olga))
    deliver_now(Delivery.objects.get().pk)
    ((headers, body),) = receiver.got
    assert verified(hook[1], headers, body)
    assert verified(fresh, headers, body)
    stored = Webhook.objects.get()
    assert fresh not in stored.secret
    assert unseal(stored.secret) == fresh


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://169.254.169.254/",
        "https://user:pw@8.8.8.8/", "ftp://8.8.8.8/", "https://10.0.0.1/", "nothing", "https://8.8.8.8/#x",
    ],
)  # fmt: skip
def test_addresses_we_do_not_call(olga: User, url: str) -> None:
    with pytest.raises(Invalid):
        actions.save_webhook(None, url=url, about="", events=["repair.ready"], on=True, by=actor_of(olga))
    assert Webhook.objects.count() == 0


def test_an_address_that_leads_inside_later_is_not_called(hook: Hook, moved: Repair, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    deliver_now(Delivery.objects.get().pk)
    attempt = DeliveryAttempt.objects.get()
    assert attempt.status is None
    assert attempt.problem


def test_only_an_owner_sets_them_up(mona: User, receiver: Receiver) -> None:
    with pytest.raises(Denied):
        actions.save_webhook(None, url=receiver.url, about="", events=["repair.ready"], on=True, by=actor_of(mona))
    assert Webhook.objects.count() == 0


def test_the_pages_show_the_log(
    hook: Hook, moved: Repair, receiver: Receiver, sign_in: Callable[[User], Client], olga: User
) -> None:
    receiver.status = 500
    delivery = Delivery.objects.get()
    deliver_now(delivery.pk)
    browser = sign_in(olga)
    root = "/workbench/settings/integrations/"
    assert "Till" in browser.get(root).content.decode()
    assert "repair.stage_changed" in browser.get(f"{root}webhooks/{hook[0].pk}/").content.decode()
    assert "500" in browser.get(f"{root}deliveries/{delivery.pk}/").content.decode()
    assert browser.post(f"{root}webhooks/{hook[0].pk}/test/").status_code == 302
    assert Delivery.objects.filter(name="webhook.test").count() == 1
    assert browser.post(f"{root}webhooks/{hook[0].pk}/removal/").status_code == 302
    assert browser.get(f"{root}webhooks/{hook[0].pk}/").status_code == 404
