"""Every row that belongs to a person: the account, its customers, and whatever points to them, however far away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from revivatech.accounts.models import User
from revivatech.customers.models import Customer

Belongings = dict[type[models.Model], set[Any]]


def belongings(user: User) -> Belongings:
    """Ids by model. Walks foreign keys towards the person, and rows that name their thing by `about_kind` and `about_id`."""
    found: Belongings = {User: {user.pk}}
    fresh: Belongings = {User: {user.pk}}
    while fresh:
        added: Belongings = {}
        for model, pks in _pointing_to(fresh):
            new = pks - found.get(model, set())
            if new:
                added.setdefault(model, set()).update(new)
                found.setdefault(model, set()).update(new)
        fresh = added
    return found


def customers_of(found: Belongings) -> list[Any]:
    return list(Customer._base_manager.filter(pk__in=found.get(Customer, ())))


def subjects_of(found: Belongings) -> dict[str, set[Any]]:
    """The logs of these rows: ids by kind of subject."""
    return {model._meta.model_name or "": pks for model, pks in found.items()}


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
