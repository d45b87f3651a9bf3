"""What can happen to the catalogue and the prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from revivatech.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class CatalogueLoaded(Event):
    """The shipped data file was read."""

    name: ClassVar[str] = "catalogue_load.finished"
    subject_field: ClassVar[str] = "load_id"
    load_id: int
    added: int
    updated: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class DevicesImported(Event):
    """Staff imported a CSV file. One event for the file; `model_ids` are the rows it touched."""

    name: ClassVar[str] = "catalogue_import.finished"
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
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeviceModelChanged(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeviceModelHidden(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.hidden"


@dataclass(frozen=True, kw_only=True)
class DeviceModelShown(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.shown"


@dataclass(frozen=True, kw_only=True)
class DeviceModelMerged(_DeviceModelEvent):
    """`identifiers` and `aliases` are what the target gained; undoing takes them from it again."""

    name: ClassVar[str] = "device_model.merged"
    into_id: int
    identifiers: list[str]
    aliases: list[str]


@dataclass(frozen=True, kw_only=True)
class DeviceModelUnmerged(_DeviceModelEvent):
    name: ClassVar[str] = "device_model.unmerged"
    from_id: int


@dataclass(frozen=True, kw_only=True)
class _ServiceEvent(Event):
    subject_field: ClassVar[str] = "service_id"
    service_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceAdded(_ServiceEvent):
    name: ClassVar[str] = "service.added"
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServiceChanged(_ServiceEvent):
    name: ClassVar[str] = "service.changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServiceHidden(_ServiceEvent):
    name: ClassVar[str] = "service.hidden"


@dataclass(frozen=True, kw_only=True)
class ServiceShown(_ServiceEvent):
    name: ClassVar[str] = "service.shown"


@dataclass(frozen=True, kw_only=True)
class ServiceMoved(_ServiceEvent):
    """`before` and `after` are places in the list, 1 for the first."""

    name: ClassVar[str] = "service.moved"
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class _PriceRuleEvent(Event):
    subject_field: ClassVar[str] = "rule_id"
    rule_id: int


@dataclass(frozen=True, kw_only=True)
class PriceRuleAdded(_PriceRuleEvent):
    name: ClassVar[str] = "price_rule.added"
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PriceRuleChanged(_PriceRuleEvent):
    name: ClassVar[str] = "price_rule.changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StarterPricesReviewed(Event):
    """Somebody looked at every starter price and accepted or changed it. `rule_ids` are the rules accepted."""

    name: ClassVar[str] = "business.starter_prices_reviewed"
    subject_field: ClassVar[str] = "business_id"
    business_id: int
    rule_ids: list[int]
