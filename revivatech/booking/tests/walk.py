"""Walking through the wizard by plain requests, as a browser without JavaScript does."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from revivatech.booking.models import Booking
from revivatech.shop.models import Location

ISSUE = {
    "issues": ["screen"],
    "description": "The screen is cracked and stays dark.",
    "backup": "full",
    "urgency": "standard",
}
DETAILS = {"name": "Grace Guest", "email": "grace@example.com", "phone": "020 7946 0123", "preferred_contact": "email"}


class Walker:
    """One visitor with one browser."""

    def __init__(self, shop: Location, client: Client | None = None) -> None:
        self.shop, self.client = shop, client or Client()

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, data: dict[str, Any]) -> Any:
        return self.client.post(path, data)

    def device(self, number: int = 1, described: str = "Nokia 3310", **data: Any) -> Any:
        path = f"/book/device/{number}/?unlisted=1"
        return self.post(
            path, {"category": "smartphone", "described": described, "condition": "", "identity": "", **data}
        )

    def issue(self, number: int = 1, **data: Any) -> Any:
        return self.post(f"/book/issue/{number}/", {**ISSUE, **data})

    def hand_over(self, starts_at: datetime | None, **data: Any) -> Any:
        method = "drop_off" if starts_at else "post"
        slot = starts_at.isoformat() if starts_at else ""
        return self.post("/book/hand-over/", {"method": method, "location": self.shop.pk, "slot": slot, **data})

    def price(self, **data: Any) -> Any:
        return self.post("/book/price/", data)

    def details(self, **data: Any) -> Any:
        return self.post("/book/details/", {**DETAILS, **data})

    def to_confirm(self, starts_at: datetime | None, **details: Any) -> str:
        """Every step answered; the confirm page."""
        self.device()
        self.issue()
        self.hand_over(starts_at)
        self.price()
        answer = self.details(**details)
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == "/book/confirm/"
        return self.page("/book/confirm/")

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
        return str(answer.content.decode())

    def confirm(self, page: str | None = None, **data: Any) -> Any:
        return self.post("/book/confirm/", {**hidden(page or self.page("/book/confirm/")), **data})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that books."""
    return dict(re.findall(r'<input type="hidden" name="(seen|total)" value="([^"]*)"', page))


def booked(answer: HttpResponse) -> Booking:
    """The booking a redirect leads to."""
    assert answer.status_code == 302, answer.content.decode()
    return Booking.objects.get(token=answer["Location"].split("/")[2])
