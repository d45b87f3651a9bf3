"""The description in the repository is the one the code gives, the client is made from it, and the examples in docs/api run."""

from __future__ import annotations

import importlib.util
import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.api import api
from revivatech.integrations import actions
from revivatech.integrations.delivering import deliver_now
from revivatech.integrations.models import Delivery
from revivatech.platform import clock
from revivatech.repairs.checklists.starter import install_starter_checklists
from revivatech.shop.models import Location
from revivatech.testing.api import ADDRESS, through_wsgi
from revivatech.testing.booking import make_service
from revivatech.testing.catalogue import make_listed_model
from revivatech.testing.factories import PASSWORD, make_customer, make_repair
from revivatech.testing.receiver import receiving

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted(path.name for path in (ROOT / "docs" / "api").glob("*.md") if "```python" in path.read_text())
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_description_is_the_one_the_code_gives() -> None:
    """`revivatech manage export_openapi_schema --api revivatech.api.api --indent 1 --output docs/api/openapi.json` writes it."""
    committed = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text())
    assert committed == json.loads(json.dumps(api.get_openapi_schema()))


def test_the_client_is_made_from_the_description() -> None:
    """`python tools/make_client.py` writes it."""
    maker = loaded(ROOT / "tools" / "make_client.py")
    assert maker.CLIENT.read_text() == maker.client_of(json.loads(maker.DESCRIPTION.read_text()))


@pytest.fixture
def http(shop: Location) -> Iterator[httpx.Client]:
    with through_wsgi() as client:
        yield client


@pytest.mark.parametrize("page", EXAMPLES)
def test_the_examples_run(
    page: str, http: httpx.Client, shop: Location, alice: User, olga: User, settings: Any
) -> None:
    client = loaded(ROOT / "clients" / "python" / "revivatech_client.py")
    make_service("screen")
    make_listed_model("iPhone 13", year="2021")
    install_starter_checklists()
    make_repair(location=shop, customer=alice.customer, status="initial_assessment")
    make_customer("Alice", email=alice.customer.email)
    scopes = ["repairs.view", "repairs.work", "repairs.assign", "bookings.view", "customers.view", "customers.edit"]
    _client, key = actions.make_key(
        name="Docs", scopes=scopes, location_id=None, days=1, per_minute=600, by=actor_of(olga)
    )
    today = clock.now().date()
    told: dict[str, Any] = {
        "Client": client.Client, "ApiProblem": client.ApiProblem, "ADDRESS": ADDRESS, "KEY": key, "http": http,
        "EMAIL": alice.email, "PASSWORD": PASSWORD, "TODAY": str(today), "IN_A_WEEK": str(today + timedelta(days=7)),
    }  # fmt: skip
    if page == "webhooks.md":
        told |= _received(settings, olga)
    for block in _BLOCK.findall((ROOT / "docs" / "api" / page).read_text()):
        exec(compile(block, page, "exec"), told)


def _received(settings: Any, olga: User) -> dict[str, Any]:
    """A webhook that came to a real server just now."""
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with receiving() as server:
        hook, secret = actions.save_webhook(
            None, url=server.url, about="", events=["repair.ready"], on=True, by=actor_of(olga)
        )
        actions.test_webhook(hook.pk, by=actor_of(olga))
        deliver_now(Delivery.objects.get().pk)
        assert abs(time.time() - int(server.got[0][0]["webhook-timestamp"])) < 300
    return {"SECRET": secret, "receive_one": lambda: server.got[0]}
