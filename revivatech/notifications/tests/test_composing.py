"""Every wired event makes exactly one message, in words that name the thing and carry the private link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import Membership, Role, User
from revivatech.accounts.permissions import FRONT_DESK
from revivatech.accounts.tests.fixtures import mail_on, smtp
from revivatech.customers.models import Customer
from revivatech.notifications import outbox
from revivatech.notifications.jobs import tell_customer
from revivatech.notifications.kinds import KINDS
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.record import record
from revivatech.repairs import actions
from revivatech.repairs.models import Repair
from revivatech.repairs.tests.test_moves import FOLLOWS, at, take
from revivatech.repairs.warranty import actions as warranty
from revivatech.repairs.warranty.events import WarrantyClaimAnswered
from revivatech.shop.models import Business, Location
from revivatech.testing.booking import make_booking, next_opening
from revivatech.testing.factories import make_user
from revivatech.testing.quotes import make_sent
from revivatech.wiring import REACTIONS

__all__ = ["mail_on", "smtp"]
As = Callable[[User], Actor]


def test_every_kind_is_wired_and_every_wired_event_has_its_kind() -> None:
    told = {event.name for event, reactions in REACTIONS.items() if tell_customer in reactions}
    assert told == set(KINDS)


def test_words_have_no_unknown_blank() -> None:
    known = dict.fromkeys(("code", "device", "shop", "name", "status"), "x")
    for kind in KINDS.values():
        for text in (kind.subject, kind.heading, kind.words):
            assert str(text) % known


@pytest.mark.parametrize(
    ("before", "after"), [(before, after) for before in FOLLOWS for after in sorted(FOLLOWS[before])]
)
def test_every_step_of_a_repair(before: str, after: str, shop: Location, olga: User, actor: As) -> None:
    repair = at(before, shop)
    take(repair, after, actor(olga))
    events = EventRecord.objects.filter(subject_kind="repair", subject_id=repair.pk)
    event = next(event for event in events if event.payload.get("after") == after)
    message = outbox.queue_for(event.pk)
    if event.name == "repair.check_failed":
        assert message is None  # the bench's own business
        assert not Message.objects.exists()
        return
    assert message is not None
    link = settings.PUBLIC_URL + reverse("repairs:track", args=[repair.token])
    assert message.to_address == repair.customer.email
    assert repair.code in message.subject
    for body in (message.text, message.html):
        assert link in body
        assert repair.code in body
    assert "&#39;" not in message.text
    assert "\n\n\n" not in message.text


def test_a_cancelled_booking_tells_once_for_all_its_devices(shop: Location, fred: User, actor: As) -> None:
    booking = make_booking(location=shop, starts_at=next_opening(shop), devices=2)
    first, second = actions.open_booked(booking.pk, by=actor(fred))
    actions.cancel(first.code, reason="Bought a new one.", by=actor(fred))
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    messages = [outbox.queue_for(event.pk) for event in EventRecord.objects.filter(name="repair.cancelled")]
    assert [message and message.template for message in messages] == ["repair_cancelled"]
    actions.cancel(second.code, reason="That one too.", by=actor(fred))
    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == ("cancelled", "That one too.")
    later = EventRecord.objects.filter(name__in=["repair.cancelled", "booking.cancelled"]).order_by("-id")[:2]
    assert sorted((event.name, outbox.queue_for(event.pk) is not None) for event in later) == [
        ("booking.cancelled", True),
        ("repair.cancelled", False),
    ]


def test_a_quote_tells_of_its_price_itself(shop: Location, tess: User, actor: As) -> None:
    quote = make_sent(by=actor(tess))
    told = {event.name: outbox.queue_for(event.pk) for event in EventRecord.objects.order_by("id")}
    assert told["repair.price_proposed"] is None
    message = told["repair.quote_sent"]
    assert message is not None
    link = settings.PUBLIC_URL + reverse("quotes:show", args=[quote.token])
    for body in (message.text, message.html):
        assert link in body
        assert quote.finding in body
        assert "£169.00 to £264.00, as you choose" in body
    assert reverse("repairs:track", args=[quote.repair.token]) not in message.text


def test_twice_is_once(shop: Location, tess: User, actor: As) -> None:
    repair = at("diagnosis", shop)
    actions.move(repair.code, "repair_work", by=actor(tess))
    event = EventRecord.objects.get()
    first = outbox.queue_for(event.pk)
    assert first is not None
    assert outbox.queue_for(event.pk) == first
    assert Message.objects.count() == 1
    assert _jobs("revivatech.notifications.jobs.deliver") == [{"message_id": first.pk}]


def test_a_rolled_back_change_tells_nobody(shop: Location, tess: User, actor: As) -> None:
    repair = at("quality_check", shop)
    with pytest.raises(Exception, match="Say what failed"):
        actions.fail_check(repair.code, reason=" ", by=actor(tess))
    assert not EventRecord.objects.exists()
    assert _jobs("revivatech.notifications.jobs.tell_customer") == []


def test_no_address_is_kept_and_said(shop: Location, tess: User, actor: As) -> None:
    repair = at("diagnosis", shop)
    repair.customer.email = ""
    repair.customer.save()
    actions.move(repair.code, "repair_work", by=actor(tess))
    message = outbox.queue_for(EventRecord.objects.get().pk)
    assert message is not None
    assert (message.status, message.reason) == ("not_sent", "The customer has no e-mail address.")
    assert _jobs("revivatech.notifications.jobs.deliver") == []


def test_strange_names_stay_text_and_break_no_header(shop: Location, tess: User, actor: As) -> None:
    repair = at("diagnosis", shop)
    Repair.objects.filter(pk=repair.pk).update(description="<b>bold</b>")
    repair.customer.name = "Zoë\r\nBcc: all@example.com <script> \U0001f600 שרה"
    repair.customer.save()
    repair.device.described = "Laptop\r\nX-Evil: 1 & <i>co</i>"
    repair.device.save()
    Business.objects.update(brand_soft="#fde3c8", brand_strong="#6b2410", brand_action="#a3340f")
    actions.move(repair.code, "repair_work", by=actor(tess))
    message = outbox.queue_for(EventRecord.objects.get().pk)
    assert message is not None
    assert all(colour in message.html for colour in ("#fde3c8", "#6b2410", "background:#a3340f"))
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert "<script>" not in message.html
    assert "& <i>co</i>" in message.text


def _jobs(name: str) -> list[dict[str, Any]]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(task_name=name).values_list("args", flat=True))


def test_a_posted_device_is_told_with_its_tracking_number(shop: Location, fred: User, actor: As) -> None:
    repair = at("ready_for_pickup", shop)
    actions.hand_over(
        repair.code,
        method="posted",
        received_by="Grace",
        carrier="Royal Mail",
        tracking_number="AB 123",
        by=actor(fred),
    )
    message = outbox.queue_for(EventRecord.objects.get(name="repair.completed").pk)
    assert message is not None
    for body in (message.text, message.html):
        assert "AB 123" in body
        assert "Royal Mail" in body


def test_the_answer_to_a_claim_reaches_the_customer(shop: Location, alice: User, fred: User, actor: As) -> None:
    repair = at("completed", shop)
    Repair.objects.update(customer=alice.customer)
    asked = warranty.claim(repair.code, lines=(), fault="It flickers again.", how="portal", by=actor(alice))
    warranty.decline_claim(repair.code, asked.pk, answer="Please bring it; it is another cause.", by=actor(fred))
    message = outbox.queue_for(EventRecord.objects.get(name="repair.warranty_claim_answered").pk)
    assert message is not None
    for body in (message.text, message.html):
        assert "It flickers again." in body
        assert "Please bring it; it is another cause." in body


def test_a_claim_tells_whoever_takes_devices_in_there(
    shop: Location, manchester: Location, mail_on: object, alice: User, fred: User, mona: User, tess: User, olga: User,
    actor: As, sign_in: Callable[[User], Client],
) -> None:  # fmt: skip
    """Tess takes none in, Dan works at Manchester, Mona does without, Sam is suspended, Uma's access ends by itself."""
    for name, more in (
        ("Dan", {"location": manchester}),
        ("Sam", {}),
        ("Uma", {"until": clock.now() + timedelta(days=1)}),
    ):
        person = make_user(name=name, is_active=name != "Sam")
        Membership.objects.create(user=person, role=Role.objects.get(key=FRONT_DESK), **{"location": shop, **more})
    page = reverse("repairs:claims")
    assert sign_in(mona).post(page, {"mail": "off"}).status_code == 302
    assert "You get no e-mail" in sign_in(mona).get(page).text
    assert "You get an e-mail" in sign_in(fred).get(page).text
    User.objects.filter(pk=fred.pk).update(locale="pt")
    repair = at("completed", shop)
    Repair.objects.update(customer=alice.customer)
    warranty.claim(repair.code, lines=(), fault="It flickers again.", how="portal", by=actor(alice))
    event = EventRecord.objects.get(name="repair.warranty_claimed").pk
    told = {message.to_address: message for message in outbox.queue_for_staff(event)}
    assert told.keys() == {fred.email, olga.email}
    assert len(outbox.queue_for_staff(event)) == Message.objects.count() == 2  # twice is once
    link = reverse("repairs:show", args=[repair.code])
    for address, start in ((fred.email, "/pt"), (olga.email, "")):
        assert settings.PUBLIC_URL + start + link in told[address].text
        assert repair.code in told[address].subject
        assert "flickers" not in told[address].text + told[address].html
    assert (told[fred.email].customer, told[fred.email].to_staff) == (None, True)
    spare, listed = "If the button does not work", settings.PUBLIC_URL + page
    assert (told[olga.email].html.count(spare), told[olga.email].text.count(spare)) == (1, 0)  # one button there is
    assert f'href="{listed}"' in told[olga.email].html
    assert listed in told[olga.email].text


def test_words_and_links_are_in_the_customers_language(shop: Location, tess: User, fred: User, actor: As) -> None:
    repair = at("diagnosis", shop)
    booking = make_booking(location=shop, starts_at=next_opening(shop))
    Customer.objects.update(locale="pt")
    actions.move(repair.code, "repair_work", by=actor(tess))
    (opened,) = actions.open_booked(booking.pk, by=actor(fred))
    actions.cancel(opened.code, reason="Bought a new one.", by=actor(fred))
    told = {event.name: outbox.queue_for(event.pk) for event in EventRecord.objects.order_by("id")}
    pages = {"repair.stage_changed": f"/track/{repair.token}/", "booking.cancelled": "/book/"}
    for name, page in pages.items():
        message = told[name]
        assert message is not None, name
        for body in (message.text, message.html):
            assert f"{settings.PUBLIC_URL}/pt{page}" in body
            assert settings.PUBLIC_URL + page not in body


def test_an_accepted_claim_is_told_by_its_return(shop: Location) -> None:
    repair = at("completed", shop)
    with transaction.atomic():
        event = record(WarrantyClaimAnswered(repair_id=repair.pk, claim_id=1, accepted=True), by=system())
    assert outbox.queue_for(event.pk) is None
    assert not Message.objects.exists()
