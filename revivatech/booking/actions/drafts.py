"""What a visitor has answered so far. The token is their cookie; nothing else opens a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.asking import tell
from revivatech.platform.questions import Question

from ..models import Booking, BookingDraft

KEPT_FOR = timedelta(hours=24)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
Answers = dict[str, Any]


def find_draft(token: str) -> BookingDraft | None:
    """The draft of a cookie, while it is kept."""
    if not _TOKEN.fullmatch(token):
        return None
    return _KEPT.first(token=token, now=clock.now())


_KEPT = Question(
    lambda token, now: BookingDraft.objects.filter(token=token, expires_at__gt=now).select_related("booking")
)


def save_step(token: str, step: str, data: object, *, by: Actor) -> BookingDraft:
    """Keep the answers of one step; an unknown, used or expired token begins a new draft."""

    def put(answers: Answers) -> None:
        answers[step] = data

    return change_answers(token, put, by=by)


def change_answers(token: str, change: Callable[[Answers], None], *, by: Actor) -> BookingDraft:
    """Alter the answers under the row's lock: two tabs of one visitor must not undo each other."""
    with transaction.atomic():
        live = BookingDraft.objects.filter(token=token, expires_at__gt=clock.now(), booking=None)
        draft = (live.select_for_update().first() if _TOKEN.fullmatch(token) else None) or BookingDraft()
        change(draft.answers)
        draft.user_id = by.user_id
        draft.expires_at = clock.now() + KEPT_FOR
        draft.save()
        return draft


def use_up(draft: BookingDraft, booking: Booking) -> None:
    """What was typed now lives in the booking alone. The caller has locked the draft."""
    tell("UPDATE booking_bookingdraft SET booking_id = %s, answers = '{}' WHERE id = %s", [booking.pk, draft.pk])


def discard_draft(token: str) -> None:
    if _TOKEN.fullmatch(token):
        BookingDraft.objects.filter(token=token, booking=None).delete()


def forget_drafts() -> int:
    """Delete drafts whose time is over; returns how many."""
    return BookingDraft.objects.filter(expires_at__lte=clock.now()).delete()[0]
