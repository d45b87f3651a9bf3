"""Who may open these pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse

from revivatech.accounts.access import acting
from revivatech.platform.problems import NotFound

from .. import policies
from ..models import Location

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_settings[**P](view: View[P]) -> View[P]:
    """Holders of `shop.settings`; before the shop opens without a second factor (decision 0050)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        policies.check_settings(acting(request))
        return view(request, *args, **kwargs)

    return guarded


def location_for(request: HttpRequest, pk: int) -> Location:
    location = policies.locations_of(acting(request)).filter(pk=pk).first()
    if location is None:
        raise NotFound
    return location
