"""Every row that belongs to a person: the account, its customers, and whatever points to them, however far away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models
from django.db.models.functions import Lower

from revivatech.accounts.models import User
from revivatech.customers.models import ContactInvitation, Customer
from revivatech.site.models import ContactMessage

Belongings = dict[type[models.Model], set[Any]]


type Person = User | Customer  # somebody with an account, or a guest: a profile without one

# What the log and `about_kind` call a model, where that is not the model's own name.
CALLED = {"contactmessage": "contact", "contact": "company_contact"}


def addresses_of(person: Person) -> list[str]:
    """Where letters to the shop count as theirs. Anybody may type any address into a profile of their own, so an account
    proves it first; staff vouch for a guest's."""
    if isinstance(person, User):
        proven = EmailAddress.objects.filter(user=person, verified=True)
        return sorted({address.lower() for address in proven.values_list("email", flat=True)})
    merged = Customer._base_manager.filter(models.Q(pk=person.pk) | models.Q(merged_into=person)).exclude(email="")
    return sorted({email.lower() for email in merged.values_list("email", flat=True)})


def belongings(person: Person, *, colleagues: bool = True) -> Belongings:
    """Ids by model. Begins with the person and what they wrote to the shop by their address; walks foreign keys towards
    these, and rows that name their thing by `about_kind` and `about_id`. Without `colleagues`, what staff were written to
    about it at their own addresses is left out, and so is all that hangs on it."""
    found: Belongings = {type(person): {person.pk}}
    if addresses := addresses_of(person):
        letters = ContactMessage.objects.annotate(address=Lower("email")).filter(address__in=addresses)
        found[ContactMessage] = set(letters.values_list("pk", flat=True))
        invited = ContactInvitation.objects.annotate(address=Lower("email")).filter(address__in=addresses)
        found[ContactInvitation] = set(invited.values_list("pk", flat=True))
    fresh: Belongings = {model: set(pks) for model, pks in found.items()}
    while fresh:
        added: Belongings = {}
        for model, pks in _pointing_to(fresh):
            new = pks - found.get(model, set())
            if not colleagues and new and any(field.name == "to_staff" for field in model._meta.local_fields):
                new -= set(model._base_manager.filter(pk__in=new, to_staff=True).values_list("pk", flat=True))
            if new:
                added.setdefault(model, set()).update(new)
                found.setdefault(model, set()).update(new)
        fresh = added
    return found


def customers_of(found: Belongings) -> list[Any]:
    return list(Customer._base_manager.filter(pk__in=found.get(Customer, ())))


def subjects_of(found: Belongings) -> dict[str, set[Any]]:
    """The logs of these rows: ids by kind of subject."""
    names = {model: model._meta.model_name or "" for model in found}
    return {CALLED.get(names[model], names[model]): pks for model, pks in found.items()}


def _pointing_to(fresh: Belongings) -> Iterator[tuple[type[models.Model], set[Any]]]:
    kinds = subjects_of(fresh)
    for model in apps.get_models():
        names = {field.name for field in model._meta.local_fields}
        for field in model._meta.local_fields:
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if isinstance(target, type) and target in fresh:
                wanted = {f"{field.name}__in": fresh[target]}
                yield model, set(model._base_manager.filter(**wanted).values_list("pk", flat=True))
        if {"about_kind", "about_id"} <= names:
            for kind, pks in kinds.items():
                about = model._base_manager.filter(about_kind=kind, about_id__in=pks)
                yield model, set(about.values_list("pk", flat=True))
