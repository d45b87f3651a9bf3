"""Plain functions that make valid rows straight away, for tests that need the thing and not the way to it.

Defaults are sensible and unique; name what the test is about. Packages add their own in `testing/<package>.py`.
"""

from __future__ import annotations

from datetime import time
from functools import cache
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import Membership, Role, User
from revivatech.booking.models import BookedDevice
from revivatech.catalogue.models import Brand, DeviceModel, Family
from revivatech.customers.models import Customer, CustomerDevice
from revivatech.platform import clock
from revivatech.repairs.models import Repair
from revivatech.shop.models import Business, Location, OpeningHours

PASSWORD = "correct horse battery"  # noqa: S105 - the cast's, in tests only
_number = count(1)


def make_user(
    email: str = "", name: str = "", *, password: str = PASSWORD, verified: bool = True, **fields: Any
) -> User:
    """Someone who can sign in with `PASSWORD`, their e-mail verified unless said otherwise."""
    number = next(_number)
    user = User(email=email or f"person{number}@example.com", full_name=name or f"Person {number}", **fields)
    user.password = _hashed(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


@cache
def _hashed(password: str) -> str:
    """Argon2 is slow on purpose; one hash serves the whole cast."""
    return make_password(password)


def make_staff(role: str, *, at: Location | None = None, second_factor: bool = True, **fields: Any) -> User:
    """A user holding the role of that key, at one location or everywhere."""
    user = make_user(**fields)
    Membership.objects.create(user=user, role=Role.objects.get(key=role), location=at)
    if second_factor:
        add_second_factor(user)
    return user


def add_second_factor(user: User) -> str:
    """Give the user an authenticator app; returns its secret, for computing codes."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def make_business(**fields: Any) -> Business:
    """The shop's one row: open for business, VAT at 20 %."""
    values = {
        "name": "London Repairs",
        "email": "hello@repairs.example",
        "phone": "+442079460000",
        "vat_registered": True,
        "vat_number": "GB123456789",
        "opened_at": clock.now(),
        **fields,
    }
    return Business.objects.update_or_create(pk=1, defaults=values)[0]


def make_location(name: str = "", *, hours: bool = True, **fields: Any) -> Location:
    """A location open Monday to Saturday 09:00 to 18:00, London time."""
    name = name or f"Branch {next(_number)}"
    values = {"slug": slugify(name), "line1": "1 High Street", "town": "London", "postcode": "SE1 9SG", **fields}
    location = Location.objects.create(name=name, **values)
    if hours:
        OpeningHours.objects.bulk_create(
            OpeningHours(location=location, weekday=weekday, opens=time(9), closes=time(18)) for weekday in range(6)
        )
    return location


def make_customer(name: str = "", *, user: User | None = None, **fields: Any) -> Customer:
    number = next(_number)
    values = {
        "email": user.email if user else f"customer{number}@example.com",
        "phone": f"+4420794{number:05d}",
        **fields,
    }
    return Customer.objects.create(name=name or (str(user) if user else f"Customer {number}"), user=user, **values)


def make_device_model(
    name: str = "", *, brand: str = "Apple", family: str = "iPhone", category: str = "smartphone", **fields: Any
) -> DeviceModel:
    name = name or f"Model {next(_number)}"
    maker = Brand.objects.get_or_create(slug=slugify(brand), defaults={"name": brand})[0]
    line = Family.objects.get_or_create(
        brand=maker, category=category, slug=slugify(family), defaults={"name": family}
    )[0]
    return DeviceModel.objects.create(
        brand=maker, family=line, category=category, name=name, slug=fields.pop("slug", slugify(name)), **fields
    )


def make_device(customer: Customer, **fields: Any) -> CustomerDevice:
    """A device of the customer: of `model=`, or described in words."""
    if "model" not in fields:
        fields.setdefault("described", "Silver laptop without a name")
    model = fields.get("model")
    fields.setdefault("category", model.category if model else "laptop")
    return CustomerDevice.objects.create(customer=customer, **fields)


def make_repair(
    *,
    location: Location | None = None,
    customer: Customer | None = None,
    booked_device: BookedDevice | None = None,
    **fields: Any,
) -> Repair:
    """A repair as a row, in any state the test names; nothing is written to its event log."""
    customer = customer or make_customer()
    return Repair.objects.create(
        location=location or Location.objects.first() or make_location(),
        customer=customer,
        device=fields.pop("device", None) or make_device(customer),
        booked_device=booked_device,
        **{"description": "The screen is cracked and stays dark.", "services": ["screen"], **fields},
    )


__all__ = [
    "PASSWORD",
    "actor_of",
    "add_second_factor",
    "make_business",
    "make_customer",
    "make_device",
    "make_device_model",
    "make_location",
    "make_repair",
    "make_staff",
    "make_user",
]
