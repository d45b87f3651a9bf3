"""Expected failures: one renderer, for people, for htmx and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.test import RequestFactory
from django.utils.translation import gettext_lazy as _

from revivatech.platform.actors import visitor
from revivatech.platform.problems import Conflict, Denied, Gone, Invalid, NotFound, Problem, SignInRequired, TooMany
from revivatech.platform.web.middleware import render_problems
from revivatech.platform.web.problems import problem_response


def asked(path: str = "/repairs/", *, method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory().generic(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    request.actor = visitor()  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    return request


JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (Denied(), 403, "denied"),
        (Conflict(), 409, "conflict"),
        (Gone(), 410, "gone"),
        (TooMany(), 429, "too_many"),
        (Invalid("no"), 422, "invalid"),
        (SignInRequired(), 401, "sign_in_required"),
    ],
)
def test_programs_get_problem_json(problem: Problem, status: int, code: str) -> None:
    response = problem_response(asked(**JSON), problem)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert "no-store" in response["Cache-Control"]
    body = json.loads(response.content)
    assert {key: body[key] for key in ("type", "code", "status")} == {
        "type": f"urn:revivatech:problem:{code}",
        "code": code,
        "status": status,
    }
    assert body["detail"]


def test_the_api_is_always_answered_in_json() -> None:
    assert problem_response(asked("/api/repairs/"), NotFound())["Content-Type"] == "application/problem+json"


def test_extra_facts_travel_along() -> None:
    body = json.loads(problem_response(asked(**JSON), Conflict(_("Taken"), free=["10:00"])).content)
    assert (body["detail"], body["free"]) == ("Taken", ["10:00"])


def test_too_many_says_when_to_come_back() -> None:
    assert problem_response(asked(**JSON), TooMany(retry_after=17))["Retry-After"] == "17"


def test_bad_input_is_said_by_field() -> None:
    problem = Invalid({"email": ["Enter an e-mail address"], "": ["And this"]})
    assert problem.as_json()["errors"] == {"email": ["Enter an e-mail address"], "": ["And this"]}
    assert problem.as_json()["detail"] == "Enter an e-mail address"
    assert Invalid("Not so").errors == {"": ["Not so"]}


@pytest.mark.django_db
def test_a_person_gets_a_page_and_htmx_a_part_of_one() -> None:
    page = problem_response(asked(Accept="text/html"), Conflict("Somebody moved it <b>on</b>"))
    part = problem_response(asked(Accept="text/html", HX_Request="true"), Conflict("Somebody moved it <b>on</b>"))
    assert (page.status_code, part.status_code) == (409, 409)
    for response in (page, part):
        assert "Somebody moved it &lt;b&gt;on&lt;/b&gt;" in response.content.decode()
    assert page.content.lstrip().startswith(b"<!DOCTYPE html>")
    assert b"<html" not in part.content
    assert b'data-problem="conflict"' in part.content


def test_who_must_sign_in_is_taken_there_and_back() -> None:
    sign_in = resolve_url(settings.LOGIN_URL)
    response = problem_response(asked("/workbench/?stage=2", Accept="text/html"), SignInRequired())
    assert (response.status_code, response["Location"]) == (302, f"{sign_in}?next=%2Fworkbench%2F%3Fstage%3D2")
    posted = problem_response(asked("/workbench/", method="POST", Accept="text/html"), SignInRequired())
    assert posted["Location"].endswith("?next=%2F")


def test_only_expected_failures_are_rendered() -> None:
    def unused(request: HttpRequest) -> HttpResponse:
        raise AssertionError(request)

    middleware: Any = render_problems(unused)
    rendered = middleware.process_exception(asked(**JSON), NotFound())
    assert rendered.status_code == 404
    assert middleware.process_exception(asked(**JSON), ValueError("a bug")) is None
