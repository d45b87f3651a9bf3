"""What people see when something is broken on our side: a page of ours, without a word of Python, in any state of the database."""

from __future__ import annotations

import json

import pytest
from django.db import DataError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from revivatech.platform.events.models import EventRecord
from revivatech.platform.web.middleware import render_problems


def refuse(*_arguments: object, **_more: object) -> None:
    raise OperationalError("the server closed the connection unexpectedly")


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of a shop whose database has just gone away."""
    monkeypatch.setattr(connection, "ensure_connection", refuse)
    monkeypatch.setattr(connection, "cursor", refuse)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["/", "/book/", "/track/some-token-of-a-repair/", "/workbench/", "/accounts/login/"])
def test_without_a_database_every_page_says_so(no_database: Client, path: str) -> None:
    no_database.cookies["sessionid"] = "somebody"
    answer = no_database.get(path)
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "We cannot reach our records at this moment" in page
    assert "Traceback" not in page
    assert answer["Retry-After"] == "5"
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Request-ID"] in page


def test_programs_and_htmx_are_told_in_their_own_way(no_database: Client) -> None:
    told = no_database.get("/", headers={"Accept": "application/json"})
    assert (told.status_code, told["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(told.content)["code"] == "unavailable"
    fragment = no_database.get("/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-problem="unavailable"' in fragment
    assert "<html" not in fragment


def test_a_mistake_of_ours_is_owned_up_to(rf: RequestFactory) -> None:
    try:
        raise RuntimeError("a secret of ours")
    except RuntimeError:
        answer = get_resolver().resolve_error_handler(500)(rf.get("/"))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_text_that_no_database_takes_is_bad_input_wherever_it_turns_up(rf: RequestFactory) -> None:
    with pytest.raises(DataError) as raised:
        EventRecord.objects.filter(name="a\x00b").exists()
    answer = render_problems(lambda _request: HttpResponse()).process_exception(rf.get("/"), raised.value)
    assert answer is not None
    assert answer.status_code == 422
    assert "NUL character" in answer.content.decode()
