"""What can happen to the catalogue and the prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class CatalogueLoaded(Event):
    """The shipped data file was read."""

    name: ClassVar[str] = "catalogue_load.finished"
    says = _("The shipped catalogue was loaded")
    subject_field: ClassVar[str] = "load_id"
    load_id: int
    added: int
    updated: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class DevicesImported(Event):
    """Staff imported a CSV file. One event for the file; `model_ids` are the rows it touched."""

    name: ClassVar[str] = "catalogue_import.finished"
    says = _("Devices were imported from a file")
    subject_field: ClassVar[str] = "import_id"
    import_id: int
    added: int
    updated: int
    model_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class _DeviceModelEvent(Event):
    subject_field: ClassVar[str] = "model_id"
    model_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceModelAdded(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.added"
    says = _("A model was added")
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeviceModelChanged(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.changed"
    says = _("A model was changed")
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeviceModelHidden(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.hidden"
    says = _("A model was hidden from customers")


@dataclass(frozen=True, kw_only=True)
class DeviceModelShown(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.shown"
    says = _("A model was shown to customers")


@dataclass(frozen=True, kw_only=True)
class DeviceModelMerged(_DeviceModelEvent):
    """`identifiers` and `aliases` are what the target gained; undoing takes them from it again."""

    name: ClassVar[str] = "device_model.merged"
    says = _("A model was merged into another")
    into_id: int
    identifiers: list[str]
    aliases: list[str]


@dataclass(frozen=True, kw_only=True)
class DeviceModelUnmerged(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.unmerged"
    says = _("A merge of models was undone")
    from_id: int


@dataclass(frozen=True, kw_only=True)
class _ServiceEvent(Event):
    subject_field: ClassVar[str] = "service_id"
    service_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceAdded(_ServiceEvent):
    name: ClassVar[str] = "service.added"
    says = _("A service was added")
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServiceChanged(_ServiceEvent):
    name: ClassVar[str] = "service.changed"
    says = _("A service was changed")
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServiceHidden(_ServiceEvent):
    name: ClassVar[str] = "service.hidden"
    says = _("A service was hidden from customers")


@dataclass(frozen=True, kw_only=True)
class ServiceShown(_ServiceEvent):
    name: ClassVar[str] = "service.shown"
    says = _("A service was shown to customers")


@dataclass(frozen=True, kw_only=True)
class ServiceMoved(_ServiceEvent):
    """`before` and `after` are places in the list, 1 for the first."""

    name: ClassVar[str] = "service.moved"
    says = _("A service was moved in the list")
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class _PriceRuleEvent(Event):
    subject_field: ClassVar[str] = "rule_id"
    rule_id: int


@dataclass(frozen=True, kw_only=True)
class PriceRuleAdded(_PriceRuleEvent):
    name: ClassVar[str] = "price_rule.added"
    says = _("A price was added")
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PriceRuleChanged(_PriceRuleEvent):
    name: ClassVar[str] = "price_rule.changed"
    says = _("A price was changed")
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StarterPricesReviewed(Event):
    """Somebody looked at every starter price and accepted or changed it. `rule_ids` are the rules accepted."""

    name: ClassVar[str] = "business.starter_prices_reviewed"
    says = _("The starter prices were reviewed")
    subject_field: ClassVar[str] = "business_id"
    business_id: int
    rule_ids: list[int]
