"""What customers do by the clock."""

from __future__ import annotations

from revivatech.platform import clock
from revivatech.platform.jobs import scheduled

from .models import ContactInvitation


@scheduled("17 3 * * *")
def forget_invitations(timestamp: int) -> None:
    """Delete invitations to companies that nobody took up in time."""
    ContactInvitation.objects.filter(expires_at__lt=clock.now()).delete()
