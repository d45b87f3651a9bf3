"""A sheet for the door or the counter: whoever has booked scans it and checks in by themselves."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revivatech.accounts.access import needs, require
from revivatech.platform import clock
from revivatech.platform.documents import blocks, codes, render_sheet
from revivatech.platform.problems import NotFound
from revivatech.shop.models import Location

from ..documents.letterhead import legal_line, shop_of

PERMISSION = "shop.locations"


def door_sheet(location: Location) -> bytes:
    """A4. Its code holds no secret: the page behind it asks for the booking's code and a contact."""
    steps = [
        (_("1"), _("Scan the code with your phone.")),
        (_("2"), _("Enter the code of your booking; it begins with BK- and is in our message.")),
        (_("3"), _("Say what you brought, and sign.")),
        (_("4"), _("Hand the device to us at the counter.")),
    ]
    address = str(settings.PUBLIC_URL) + reverse("repairs:check_in")
    return render_sheet(
        title=_("Booked? Check in here"),
        subtitle=location.name,
        shop=shop_of(location),
        blocks=[
            blocks.pictures("", [(codes.qr(address), address.partition("://")[2])]),
            blocks.facts("", steps),
            blocks.notice(_("No booking, or no phone? Come to the counter, we take you in there.")),
        ],
        at=clock.now(),
        foot=legal_line(),
    )


@require_safe
@needs(PERMISSION)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    location = Location.objects.filter(pk=pk, active=True).first()
    if location is None:
        raise NotFound
    require(request.actor, PERMISSION, at=location.pk)  # type: ignore[attr-defined]
    response = HttpResponse(door_sheet(location), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="check-in-{location.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
