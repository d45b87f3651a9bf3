"""The private link, sent again."""

from __future__ import annotations

from django.db import transaction

from revivatech.customers.phone import PhoneError, normalise
from revivatech.platform import ids
from revivatech.platform.actors import Actor
from revivatech.platform.events.record import record

from ..events import LinkRequested
from ..models import Repair


@transaction.atomic
def send_link(code: str, contact: str, *, by: Actor) -> None:
    """Send the private link to the customer's own address when code and contact belong together.

    The same silence answers a right and a wrong pair: the code alone must show nothing.
    """
    repair = Repair.objects.select_for_update(of=("self",), no_key=True).select_related("customer")
    found = repair.filter(code=ids.read_code("RT", code) or "").first()
    if found is None or not _reaches(found, contact.strip()):
        return
    record(LinkRequested(repair_id=found.pk), by=by)


def _reaches(repair: Repair, contact: str) -> bool:
    customer = repair.customer
    if "@" in contact:
        return bool(customer.email) and customer.email.casefold() == contact.casefold()
    try:
        return bool(customer.phone) and customer.phone == normalise(contact)
    except PhoneError:
        return False
