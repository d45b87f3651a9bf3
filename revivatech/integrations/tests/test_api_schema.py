"""The API does what its description says: schemathesis sends it what the description allows and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from revivatech.accounts.models import User
from revivatech.api import api
from revivatech.shop.models import Location
from revivatech.testing.api import access_token, through_wsgi
from revivatech.testing.booking import make_service
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.world import Side, make_side

CHECKS = [
    not_a_server_error, content_type_conformance, negative_data_rejection, response_headers_conformance,
    response_schema_conformance, status_code_conformance,
]  # fmt: skip


@pytest.fixture
def side(alice: User, shop: Location) -> Side:
    make_service("screen")
    make_listed_model("iPhone 13", year="2021")
    return make_side(alice.customer, shop, hour=10)


@pytest.fixture
def token(side: Side, olga: User) -> str:
    return access_token(olga)


@pytest.fixture(autouse=True)
def _connection_stays_open() -> Iterator[None]:
    with through_wsgi():
        yield


@pytest.fixture
def description(request: pytest.FixtureRequest) -> schemathesis.BaseSchema:
    request.node._nodeid = request.node.nodeid  # schemathesis 4.32 names its subtests in it; pytest 9.2 has it no more
    config = schemathesis.Config()
    # Names in a query that nobody knows are ignored, as on the web.
    config.projects.default.generation.update(allow_extra_parameters=False)
    schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()), config=config)
    schema.app = get_wsgi_application()
    return schema


@pytest.mark.judge
# From a fixture, so that one worker alone makes up what to send, when the test runs; not each while it reads the file.
@schemathesis.pytest.from_fixture("description").parametrize()
@settings(
    max_examples=6, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_what_is_described_is_so(case: Any, side: Side, token: str) -> None:
    """As the owner, who gets furthest. Names in addresses are those of things that exist; whatever happens is undone."""
    known = {"code": side.repair.code, "token": side.booking.token, "customer": side.customer.pk}
    for name in case.path_parameters:
        if name in known and case.meta.generation.mode.is_positive:
            case.path_parameters[name] = known[name]
    with transaction.atomic():
        # Plain: schemathesis does not unpack what it is sent over WSGI.
        response = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
