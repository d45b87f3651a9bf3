"""The whole life of one device, whoever brought it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from revivatech.accounts.access import acting, needs
from revivatech.customers.models import CustomerDevice
from revivatech.platform.problems import NotFound

from ..warranty.queries import life_of_device


@require_safe
@needs("repairs.view")
def device(request: HttpRequest, pk: int) -> HttpResponse:
    actor = acting(request)
    found = CustomerDevice.objects.select_related("customer", "model__brand").filter(pk=pk).first()
    life = life_of_device(found, actor) if found else []
    if found is None or not (life or actor.may("customers.view")):
        raise NotFound
    return render(request, "repairs/device.html", {"device": found, "life": life})
