"""What other programs may ask of the shop: where it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from revivatech.platform.api.paging import whole
from revivatech.platform.api.schemas import Page
from revivatech.platform.api.who import Who

from .models import Location
from .queries import business, locations_with_hours

router = Router(tags=["Shop"])


class LocationOut(Schema):
    id: int
    name: str
    lines: list[str]
    town: str
    postcode: str
    country: str
    time_zone: str
    phone: str
    offers_collection: bool
    offers_post: bool


class ShopOut(Schema):
    """`terms` are in the language asked for where the shop wrote them in it; `terms_language` says which it is.
    `terms_version` and `terms_language` are sent with a booking: they say which terms were accepted."""

    name: str
    currency: str
    terms: str
    terms_version: int
    terms_language: str


@router.get("/shop", response=ShopOut, auth=Who(public=True), summary="The business and its terms")
def get_shop(request: HttpRequest) -> Any:
    shop = business()
    read = shop.terms_here
    return ShopOut(
        name=shop.name, currency=shop.currency, terms=read.wording if read else "", terms_version=shop.terms_version,
        terms_language=read.language if read else "",
    )  # fmt: skip


@router.get(
    "/locations", response=Page[LocationOut], auth=Who(public=True), summary="Where devices are brought and collected"
)
def list_locations(request: HttpRequest) -> Any:
    return whole([_location(place) for place in locations_with_hours()])


def _location(place: Location) -> LocationOut:
    return LocationOut(
        id=place.pk, name=place.name, lines=[line for line in (place.line1, place.line2) if line], town=place.town,
        postcode=place.postcode, country=place.country, time_zone=place.zone_name, phone=place.phone,
        offers_collection=place.offers_collection, offers_post=place.offers_post,
    )  # fmt: skip
