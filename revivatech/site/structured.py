"""schema.org descriptions of what the public pages show. Nothing is said here that is not on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from revivatech.catalogue.models import DeviceModel
from revivatech.shop.models import Business, Location

from .head import Data, absolute
from .models import Review
from .photos import Photo
from .pricelist import Lowest, Offer
from .reviews.queries import Said

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def organization(shop: Business) -> Data:
    """The firm behind all locations; other descriptions point at its `@id`."""
    found: dict[str, Any] = {"@type": "Organization", "@id": _id("shop"), "name": str(shop), "url": absolute("/")}
    if shop.phone:
        found["telephone"] = shop.phone
    if shop.email:
        found["email"] = shop.email
    if shop.legal_name:
        found["legalName"] = shop.legal_name
    if shop.vat_registered and shop.vat_number:
        found["vatID"] = shop.vat_number
    return found


def local_business(shop: Business, location: Location) -> Data:
    """One location: address, telephone and the hours it keeps."""
    found: dict[str, Any] = {
        "@type": "LocalBusiness",
        "@id": _id(f"location-{location.slug}"),
        "name": f"{shop} {location.name}",
        "url": absolute(reverse("site:location", args=[location.slug])),
        "parentOrganization": {"@id": _id("shop")},
        "address": {
            "@type": "PostalAddress",
            "streetAddress": ", ".join(part for part in (location.line1, location.line2) if part),
            "addressLocality": location.town,
            "postalCode": location.postcode,
            "addressCountry": location.country,
        },
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": DAYS[row.weekday],
                "opens": f"{row.opens:%H:%M}",
                "closes": f"{row.closes:%H:%M}",
            }
            for row in location.hours.all()
        ],
    }
    if phone := location.phone or shop.phone:
        found["telephone"] = phone
    if email := location.email or shop.email:
        found["email"] = email
    return found


def pictured(found: Data, photos: Sequence[Photo]) -> Data:
    """With the photos that stand on the page."""
    return {**found, "image": [absolute(photo.sources[-1][0]) for photo in photos]} if photos else found


def model_services(model: DeviceModel, offers: Sequence[Offer], *, path: str, currency: str) -> list[Data]:
    """Each priced service of a model with its offer: one price, or the range of the parts to choose from."""
    return [
        {
            "@type": "Service",
            "name": f"{model.full_name}: {offer.service.label}",
            "serviceType": offer.service.label,
            "provider": {"@id": _id("shop")},
            "url": absolute(path),
            "offers": _offer([choice.line.amount_pence for choice in offer.choices], currency, path),
        }
        for offer in offers
    ]


def model_as_said(model: DeviceModel, said: Said, *, path: str) -> list[Data]:
    """The repair of this model with its reviews, once there are enough of them."""
    found: dict[str, Any] = {
        "@type": "Service",
        "@id": absolute(f"{path}#reviews"),
        "name": _("%(device)s repair") % {"device": model.full_name},
    }
    found |= {"provider": {"@id": _id("shop")}, "url": absolute(path)}
    return [rated(found, said)] if said.rating is not None else []


def service_of(name: str, description: str, prices: Iterable[Lowest], *, path: str, currency: str) -> Data:
    """A service as such, from its lowest price up."""
    found: dict[str, Any] = {
        "@type": "Service",
        "name": name,
        "serviceType": name,
        "provider": {"@id": _id("shop")},
        "url": absolute(path),
    }
    if description:
        found["description"] = description
    if pence := sorted(low.pence for low in prices):
        found["offers"] = _offer([pence[0], pence[-1]], currency, path)
    return found


def rated(found: Data, said: Said) -> Data:
    """With the mean of reviews and those that stand on the page; as it was while there are too few for a mean."""
    if said.rating is None:
        return found
    mean = {"@type": "AggregateRating", "ratingValue": said.rating.decimal, "reviewCount": said.rating.count}
    return {
        **found,
        "aggregateRating": {**mean, "bestRating": 5, "worstRating": 1},
        "review": [_review(row) for row in said.rows],
    }


def _review(row: Review) -> Data:
    found: dict[str, Any] = {
        "@type": "Review",
        "reviewRating": {"@type": "Rating", "ratingValue": row.stars, "bestRating": 5, "worstRating": 1},
        "author": {"@type": "Person", "name": row.name or _("A customer")},
        "datePublished": f"{row.written_at:%Y-%m-%d}",
        "inLanguage": row.language,
    }
    if row.text:
        found["reviewBody"] = row.text
    return found


def faq(pairs: Iterable[tuple[str, str]]) -> Data:
    """Questions with their answers, the answers as HTML of ours."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in pairs
        ],
    }


def _offer(pence: Sequence[int], currency: str, path: str) -> Data:
    shared = {"priceCurrency": currency, "url": absolute(path)}
    low, high = min(pence), max(pence)
    if low == high:
        return {"@type": "Offer", "price": _decimal(low), **shared}
    return {"@type": "AggregateOffer", "lowPrice": _decimal(low), "highPrice": _decimal(high), **shared}


def _decimal(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


def _id(name: str) -> str:
    return absolute(f"/#{name}")
