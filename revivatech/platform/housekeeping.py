"""Platform's own scheduled work: throw away what has served its time."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from revivatech.platform import clock, idempotency, limits
from revivatech.platform.jobs import scheduled

FINISHED_JOBS_KEPT_HOURS = 14 * 24


@scheduled("*/10 * * * *")
def tidy(timestamp: int) -> None:
    """Delete spent rate limits, old idempotency keys, expired sessions and finished jobs. Failed jobs stay to be looked at."""
    limits.forget_old()
    idempotency.forget_old()
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    async_to_sync(app.job_manager.delete_old_jobs)(nb_hours=FINISHED_JOBS_KEPT_HOURS, include_cancelled=True)
