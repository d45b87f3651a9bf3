"""Who may change a customer."""

from __future__ import annotations

from revivatech.platform.actors import Actor
from revivatech.platform.problems import Denied

from .models import Customer


def may_edit(actor: Actor, customer: Customer) -> bool:
    """Staff who may edit customers, and the person themselves."""
    return actor.may("customers.edit") or (actor.user_id is not None and customer.user_id == actor.user_id)


def check_edit(actor: Actor, customer: Customer) -> None:
    if not may_edit(actor, customer):
        raise Denied


def check_staff_edit(actor: Actor) -> None:
    if not actor.may("customers.edit"):
        raise Denied
