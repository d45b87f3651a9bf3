"""The JSON API, version 1: every package's operations under `/api/v1`. Assembly only; docs/api tells how to use it."""

from __future__ import annotations

from revivatech.booking.api import router as bookings
from revivatech.catalogue.api import router as catalogue
from revivatech.customers.api_company_writing import router as companies
from revivatech.customers.api_writing import router as customers
from revivatech.integrations.api import router as live
from revivatech.platform.api.application import Api
from revivatech.quotes.api_drafts import router as quotes
from revivatech.repairs.api import router as repairs
from revivatech.repairs.bulk.api import router as bulk
from revivatech.repairs.checklists.api import router as checklists
from revivatech.repairs.documents.api import router as certificates
from revivatech.repairs.saved.api import router as filters
from revivatech.repairs.shifts.api import router as shifts
from revivatech.repairs.suggestions.api import router as suggestions
from revivatech.repairs.warranty.api import router as claims
from revivatech.shop.api import router as shop

api = Api(
    title="RevivaTech",
    version="1.0.0",
    description="The repair shop for other programs. Guides and examples are in docs/api of the repository.",
    urls_namespace="api",
)
for router in (
    shop, catalogue, bookings, repairs, bulk, filters, checklists, suggestions, shifts, claims, certificates, quotes,
    customers, companies, live,
):  # fmt: skip
    api.add_router("", router)
