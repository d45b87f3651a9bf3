"""Work of privacy that nobody waits for."""

from __future__ import annotations

from revivatech.platform.jobs import job, scheduled

from . import actions


@job(retry=5, wait=30)
def make_archive(request_id: int) -> None:
    """Make the archive somebody asked for. Safe to run twice."""
    actions.make(request_id)


@job(retry=5, wait=60)
def erase_person(request_id: int) -> None:
    """Erase somebody who asked for it. Safe to run twice."""
    actions.carry_out_erasure(request_id)


@scheduled("41 3 * * *")
def forget_archives(timestamp: int) -> None:
    """Delete archives of people's own data after their seven days."""
    actions.forget_archives()
