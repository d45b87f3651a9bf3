"""What other programs may ask of the catalogue: which device, which services, what they cost."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from revivatech.platform.api.paging import page_of, whole
from revivatech.platform.api.schemas import Cursor, Key, Page, one_of
from revivatech.platform.api.who import Who
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import NotFound
from revivatech.platform.spoken import spoken

from .models import DeviceModel, Service
from .pricing import DeviceAsk, IssueAsk, Price, Rulebook, compute, compute_qualities, load_rulebook
from .queries import listed_model, services_for
from .search import search

router = Router(tags=["Catalogue"])
CategoryName = Annotated[str, one_of("smartphone", "tablet", "laptop", "desktop", "console", "wearable")]
TRIES, PER = 240, 60
FOUND = 20


class DeviceOut(Schema):
    id: int
    name: str
    brand: str
    family: str
    category: CategoryName
    year: int | None


class PriceChoice(Schema):
    """Gross, in the smallest unit of the currency. Without `priced` we quote after a look, and the amount says nothing."""

    quality: Annotated[str, one_of("", "original", "premium", "standard")]
    amount_pence: int
    currency: str
    priced: bool
    is_estimate: bool
    minutes: int
    warranty_days: int


class ServiceOut(Schema):
    key: str
    name: str
    summary: str
    choices: list[PriceChoice]


@router.get("/devices", response=Page[DeviceOut], auth=Who(public=True), summary="Search the catalogue")
def list_devices(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=100, description="Name, nickname or model number; mistakes are forgiven.")] = "",
    category: CategoryName | None = None,
    cursor: Cursor = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    """With `q` the best matches, on one page. Without it every listed model, the newest rows first."""
    hit("suggestions", address_block(client_address(request)), limit=TRIES, per=PER)
    if q:
        return whole([_device(model) for model in search(q, limit=min(limit, FOUND), category=category)])
    rows = DeviceModel.objects.listed().select_related("brand", "family")
    return page_of(rows.filter(category=category) if category else rows, _device, cursor=cursor, limit=limit)


@router.get(
    "/services", response=Page[ServiceOut], auth=Who(public=True), summary="What we do to a device, and what it costs"
)
def list_services(request: HttpRequest, device: Annotated[Key, Query(description="The `id` of a device.")]) -> Any:
    model = listed_model(device)
    if model is None:
        raise NotFound
    services = services_for(model.category)
    rulebook = load_rulebook([_ask(model, *services)])
    return whole([_service(service, model, rulebook) for service in services])


def _device(model: DeviceModel) -> DeviceOut:
    return DeviceOut(
        id=model.pk, name=model.full_name, brand=model.brand.name, family=model.family.name,
        category=model.category, year=model.year,
    )  # fmt: skip


def _ask(model: DeviceModel, *services: Service) -> DeviceAsk:
    issues = tuple(IssueAsk(service.key) for service in services)
    return DeviceAsk(model.category, model.pk, model.brand_id, model.family_id, model.full_name, issues)


def _service(service: Service, model: DeviceModel, rulebook: Rulebook) -> ServiceOut:
    ask = _ask(model, service)
    offered = compute_qualities(rulebook, ask) or {"": compute(rulebook, [ask])}
    choices = [_choice(quality, price) for quality, price in offered.items()]
    return ServiceOut(key=service.key, name=service.label, summary=spoken(service.summary), choices=choices)


def _choice(quality: str, price: Price) -> PriceChoice:
    line = next(line for line in price.lines if line.kind == "service")
    return PriceChoice(
        quality=quality, amount_pence=line.amount_pence, currency=price.currency, priced=not line.needs_quote,
        is_estimate=price.is_estimate, minutes=line.minutes, warranty_days=line.warranty_days,
    )  # fmt: skip
