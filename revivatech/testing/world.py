"""One of everything, twice: Alice's at London Bridge, Bob's at Manchester. And every address of the product, filled in with them.

For tests that walk all pages: who may open them, what hostile input does to them, what they tell about other people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from revivatech.accounts import first_run, tokens
from revivatech.accounts.models import Invitation, Role, User
from revivatech.accounts.permissions import TECHNICIAN
from revivatech.booking.models import Booking
from revivatech.catalogue.models import CatalogueImport
from revivatech.customers.models import Company, Contact, ContactInvitation, Customer, CustomerNote
from revivatech.notifications.models import Message
from revivatech.platform import clock
from revivatech.platform.actors import system
from revivatech.repairs.documents.actions import issue_locked
from revivatech.repairs.models import BulkChange, Outcome, Repair, RepairCertificate, SavedFilter, ShiftNote, TimeEntry
from revivatech.shop.models import Closure, Location
from revivatech.site import texts
from revivatech.site.models import ContactMessage

from .api import access_token
from .booking import hold_place, make_service, next_opening
from .catalogue import make_listed_model, make_rule
from .factories import make_repair
from .quotes import make_sent

# By converter: well-formed arguments of things that do not exist, where the world has none.
NOBODYS: dict[str, Any] = {
    "int": 2_000_000_000,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "none",
    "str": "nobody",
}
JOIN_TOKEN = "join-token-of-the-tests"  # noqa: S105 - the database keeps its hash


class Side(NamedTuple):
    """What one customer has at one location."""

    customer: Customer
    location: Location
    booking: Booking
    repair: Repair
    message: Message
    closure: Closure


class World(NamedTuple):
    ours: Side
    theirs: Side
    arguments: dict[str, Any]

    def address(self, route: Route) -> str:
        """The route filled in with what is Alice's and London's."""
        if route.name and not route.hidden:
            wanted = {name: self._argument(route.name, name, converter) for name, converter in route.parameters.items()}
            return reverse(route.name, kwargs=wanted)
        return "/" + route.pattern

    def _argument(self, route: str, parameter: str, converter: str) -> Any:
        of_package = self.arguments.get(f"{route.split(':')[0]}.{parameter}", NOBODYS[converter or "str"])
        return self.arguments.get(f"{route}.{parameter}", of_package)


class Route(NamedTuple):
    pattern: str
    name: str
    parameters: dict[str, str]  # name to converter
    hidden: bool  # stands before another one of the same name or pattern, or has no name: opened by its pattern


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = "") -> Iterator[Route]:
    for found in patterns:
        whole = prefix + str(found.pattern).lstrip("^").removesuffix("$")
        if isinstance(found, URLResolver):
            yield from _walk(found.url_patterns, whole, f"{found.namespace}:" if found.namespace else space)
            continue
        named = {name: converter for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", whole)}
        yield Route(whole, space + found.name if found.name else "", named, hidden=not found.name)


def make_side(customer: Customer, location: Location, *, hour: int) -> Side:
    booking = hold_place(location, next_opening(location, days=3, hour=hour), customer=customer).booking
    repair = make_repair(location=location, customer=customer, booked_device=booking.devices.get())
    message = Message.objects.create(
        template="booking_confirmed", customer=customer, location=location, about_kind="booking", about_id=booking.pk,
        to_address=customer.email, subject=f"For {customer.name}", text=f"Dear {customer.name}",
        html=f"<p>Dear {customer.name}</p>", status=Message.Status.FAILED,
    )  # fmt: skip
    day = date(clock.now().year + 1, 3, 1)
    closure = Closure.objects.create(location=location, first=day, last=day, reason="Stocktaking")
    return Side(customer, location, booking, repair, message, closure)


def make_world(*, alice: User, bob: User, olga: User, tess: User, london: Location, manchester: Location) -> World:
    make_service("screen", icon="smartphone", summary="Glass or display")
    rule = make_rule("battery", 8000)
    model = make_listed_model("iPhone 13", year="2021")
    ours = make_side(alice.customer, london, hour=10)
    theirs = make_side(bob.customer, manchester, hour=11)
    upload = CatalogueImport.objects.create(
        file_name="devices.csv", sha256="0" * 64, content="category,brand\n", lines=1
    )
    invitation = Invitation.objects.create(
        email="new@example.com", role=Role.objects.get(key=TECHNICIAN), location=london, invited_by=olga,
        token_hash=tokens.hash_of(JOIN_TOKEN), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    contact = ContactMessage.objects.create(name="Eve Vesdrop", email="eve@example.com", text="Do you fix drones?")
    texts.save("about", title="About us", summary="", body="We repair.", by=system())
    quote = make_sent(make_repair(location=london, customer=alice.customer, status="diagnosis", services=[]))
    note = ShiftNote.objects.create(
        location=london, body="The screws are on shelf 2.", author=olga, author_label="Olga"
    )
    with connection.cursor() as cursor:  # the quote's own e-mail is nothing a test of this world asked for
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'")
    arguments = {
        "accounts.token": JOIN_TOKEN, "accounts.invitation_id": invitation.pk, "accounts.user_id": tess.pk,
        "accounts.role_id": Role.objects.get_or_create(key="till", defaults={"name": "Till", "permissions": ["money.take"]})[0].pk,
        "accounts:first_run.token": (first_run.owner_link() or "/nobody/").split("/")[-2],
        "account_reset_password_from_key.uidb36": "1", "account_reset_password_from_key.key": "set-password",
        "catalogue.pk": model.pk, "catalogue:import.pk": upload.pk,
        "catalogue:rule.pk": rule.pk, "catalogue:retirement.pk": rule.pk, "catalogue:service.pk": rule.service_id,
        "catalogue:service_visibility.pk": rule.service_id, "catalogue:service_place.pk": rule.service_id,
        "customers.pk": ours.customer.pk, **_company_of(ours.customer), "booking.token": ours.booking.token, "booking.code": ours.booking.code,
        "notifications.pk": ours.message.pk, "repairs.token": ours.repair.token, "repairs.code": ours.repair.code,
        "repairs:document.kind": "certificate", "repairs:track_document.kind": "certificate",
        "repairs:certificate.token": certify(ours.repair).token,
        "repairs:time_correction.entry": _timed(ours.repair, tess).pk, "repairs.user_id": tess.pk,
        "repairs:shift.pk": note.pk, "repairs:shift_acknowledgement.pk": note.pk,
        "quotes.token": quote.token, "quotes.pk": quote.pk, "quotes.code": ours.repair.code,
        "api.code": ours.repair.code, "api.token": ours.booking.token, "api:get_tracking.token": ours.repair.token,
        "api:get_quote.token": quote.token, "api:answer_quote.token": quote.token,
        "api.kind": "intake", "api.customer": ours.customer.pk, "api.other": theirs.customer.pk, "api.note": note.pk,
        "api.merge": NOBODYS["int"], "api.claim": NOBODYS["int"], **_kept_by(tess, ours.customer), "booking.number": 1, "site.number": 1, "repairs:device.pk": ours.repair.device_id, "api:verify_certificate.token": certify(ours.repair).token,
        "site.brand": model.brand.slug, "site.slug": model.slug, "site:card.brand_slug": model.brand.slug,
        "site:devices_of.slug": "smartphone", "site:family.category": "smartphone", "site:family.slug": model.family.slug,
        "site:service.key": "screen", "site:location.slug": london.slug, "site:sitemap_part.part": "pages",
        "site:photo_add.place": "workshop", "site.code": contact.code, "site:text.slug": "about", "site:text_edit.slug": "about", "site:text_place.slug": "about",
        "site:text_withdrawal.slug": "about", "site:text_version.slug": "about", "site:text_publication.slug": "about",
        "shop.pk": london.pk, "shop.closure_id": ours.closure.pk,
        "shop:setup_step.key": "hours", "shop:location_part.key": "hours", "shop:settings_part.key": "business",
    }  # fmt: skip
    return World(ours, theirs, arguments)


def _kept_by(user: User, customer: Customer) -> dict[str, Any]:
    """A filter and a step for several repairs of one person, and a note about the customer."""
    kept = SavedFilter.objects.create(owner=user, name="Late ones", query={"late": "1"})
    change = BulkChange.objects.create(user=user, key="world", step="assign", target="")
    note = CustomerNote.objects.create(customer=customer, body="Kind.", author_label="Fred")
    return {"api.filter": kept.pk, "api.change": change.pk, "api:remove_customer_note.note": note.pk}


def _company_of(customer: Customer) -> dict[str, Any]:
    """A business account that the customer manages, and an open invitation to it."""
    company = Company.objects.create(name="Archer Ltd")
    contact = Contact.objects.create(company=company, customer=customer, may_approve=True, manages=True)
    invitation = ContactInvitation.objects.create(
        company=company, email="colleague@example.com", token_hash=tokens.hash_of(JOIN_TOKEN),
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    return {
        "customers.company": company.pk, "customers.contact": contact.pk, "customers.invitation": invitation.pk,
        "customers.token": JOIN_TOKEN, "api.company": company.pk, "api.contact": contact.pk, "api.invitation": invitation.pk,
    }  # fmt: skip


def _timed(repair: Repair, technician: User) -> TimeEntry:
    now = clock.now()
    return TimeEntry.objects.create(
        repair=repair, technician=technician, status="diagnosis", started_at=now, ended_at=now, ended="stopped"
    )


def certify(repair: Repair) -> RepairCertificate:
    """A certificate as if the repair were done; the row of the repair stays as it is."""
    done = Repair.objects.select_related("location", "device__model__brand").get(pk=repair.pk)
    done.outcome, done.completed_at = Outcome.REPAIRED, clock.now()
    with transaction.atomic():
        certificate = issue_locked(done, by=system())
    assert certificate is not None
    return certificate


class Hand:
    """Sends requests as one person and undoes in the database whatever they did. An exception in a view is raised here."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)
        self.start = dict(self.client.cookies)
        self.token = access_token(user) if user is not None else ""

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        self.client.cookies.clear()
        self.client.cookies.update(self.start)
        if path.startswith("/api/") and self.token:  # cookies open nothing there
            options.setdefault("headers", {"authorization": f"Bearer {self.token}"})
        with transaction.atomic():
            if "data" in options:
                answer: Any = getattr(self.client, method.lower())(path, **options)
            else:
                answer = self.client.generic(method, path, **options)
            transaction.set_rollback(True)
        return answer
