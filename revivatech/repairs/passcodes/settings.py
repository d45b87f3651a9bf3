"""The owner's word on which services need the passcode, and its screen."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs, require
from revivatech.catalogue.models import Service
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record
from revivatech.platform.locking import lock
from revivatech.shop.events import SettingsChanged

from ..models import PasscodeService
from .rules import SHIPPED

PERMISSION = "shop.settings"


@dataclass(frozen=True, slots=True)
class Asked:
    service: Service
    needed: bool
    shipped: bool


def services() -> list[Asked]:
    said = dict(PasscodeService.objects.values_list("service_key", "needed"))
    return [
        Asked(service, said.get(service.key, service.key in SHIPPED), service.key in SHIPPED)
        for service in Service.objects.order_by("position", "name")
    ]


def choose(needed: set[str], *, by: Actor) -> None:
    """Exactly these services ask for it from now on. A passcode that is held stays until it is destroyed as ever."""
    require(by, PERMISSION)
    with transaction.atomic():
        lock("passcode-services")
        changed = [one for one in services() if one.needed != (one.service.key in needed)]
        for one in changed:
            PasscodeService.objects.update_or_create(
                service_key=one.service.key, defaults={"needed": one.service.key in needed}
            )
        if changed:
            before = {one.service.key: one.needed for one in changed}
            after = {one.service.key: not one.needed for one in changed}
            record(SettingsChanged(part="passcodes", before=before, after=after), by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PERMISSION)
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        choose(set(request.POST.getlist("needed")), by=acting(request))
        messages.success(request, _("Saved."))
        return redirect("repairs:passcode_services")
    return render(request, "repairs/passcodes/services.html", {"services": services()})
