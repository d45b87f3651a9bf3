"""Rows of the catalogue for tests: services, price rules, devices that can be searched."""

from __future__ import annotations

from typing import Any

from revivatech.catalogue.models import DeviceModel, PriceRule, Service
from revivatech.catalogue.rows import DeviceRow, read_row
from revivatech.catalogue.services import install_services
from revivatech.catalogue.starter import install_starter_prices
from revivatech.catalogue.store import Makers, rebuild_terms, replace_identifiers
from revivatech.platform import clock


def device_row(name: str, **cells: str) -> DeviceRow:
    """A checked row as the forms and files make it: an Apple iPhone unless said otherwise."""
    return read_row({"category": "smartphone", "brand": "Apple", "family": "iPhone", "name": name, **cells})


def make_listed_model(name: str, **cells: str) -> DeviceModel:
    """A model with its identifiers and search terms, as the loader leaves it; lists are joined by bars."""
    row = device_row(name, **cells)
    makers = Makers()
    makers.add_missing([row])
    model = DeviceModel.objects.create(key=row.key or None, hidden=row.hidden, **makers.values(row))
    replace_identifiers({model.pk: row.identifiers})
    rebuild_terms([model.pk])
    return model


def make_rule(service: str, price_pence: int, **fields: Any) -> PriceRule:
    """An active, reviewed price rule of the service of that key."""
    install_services()
    values = {"reviewed_at": clock.now(), **fields}
    return PriceRule.objects.create(service=Service.objects.get(key=service), price_pence=price_pence, **values)


__all__ = ["device_row", "install_services", "install_starter_prices", "make_listed_model", "make_rule"]
