"""Step 4: the price, line by line, with the qualities of parts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting
from revivatech.catalogue.models import Quality
from revivatech.catalogue.pricing import Price, qualities, quote
from revivatech.platform.web.templates import render_block

from ..checks import CheckedDevice, resolve_devices
from ..wizard import Step, Wizard, place_of_error, put_qualities
from .common import go_on, mend, save, show, wizard_page


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_page(Step.PRICE)
def price(request: HttpRequest, wizard: Wizard, number: int) -> HttpResponse:
    devices, errors = resolve_devices(wizard.devices, by=acting(request))
    if errors:
        field, found = next(iter(errors.items()))
        return mend(request, place_of_error(field), found[0])
    offered = [qualities(one.ask(), urgency=wizard.urgency, handover=wizard.handover["method"]) for one in devices]
    wanted = request.POST if request.method == "POST" else {}
    chosen = [
        _chosen(choices, wanted.get(f"quality_{i}") or devices[i].asked.quality) for i, choices in enumerate(offered)
    ]
    if request.method == "POST" and "update" not in request.POST:
        return go_on(save(request, lambda answers: put_qualities(answers, chosen)))
    context = _context(devices, offered, chosen, wizard)
    if request.headers.get("HX-Request"):
        return render_block(request, "booking/price.html", "breakdown", context)
    return show(request, Step.PRICE, wizard, context)


def price_of(devices: Sequence[CheckedDevice], wizard: Wizard) -> Price:
    return quote([one.ask() for one in devices], urgency=wizard.urgency, handover=wizard.handover["method"])


def _chosen(choices: dict[str, Price], wanted: str) -> str:
    """The quality asked for while it is offered, else the standard part; empty where there is no choice."""
    if wanted in choices:
        return wanted
    return Quality.STANDARD.value if Quality.STANDARD in choices else next(iter(choices), "")


def _context(
    devices: Sequence[CheckedDevice], offered: Sequence[dict[str, Price]], chosen: Sequence[str], wizard: Wizard
) -> dict[str, Any]:
    asks = [one.ask().with_quality(quality) for one, quality in zip(devices, chosen, strict=True)]
    return {
        "devices": devices,
        "choices": [
            [_choice(quality, of_all) for quality, of_all in choices.items()] if len(choices) > 1 else []
            for choices in offered
        ],
        "chosen": chosen,
        "price": quote(asks, urgency=wizard.urgency, handover=wizard.handover["method"]),
    }


def _choice(quality: str, of_all: Price) -> dict[str, Any]:
    """One quality of parts for one device, priced without what belongs to the whole booking."""
    part = of_all.part(0)
    return {
        "key": quality,
        "label": Quality(quality).label,
        "pence": part.total_pence,
        "currency": of_all.currency,
        "warranty_days": max((line.warranty_days for line in part.lines), default=0),
        "is_estimate": part.is_estimate,
    }
