"""The API object: django-ninja with our problems, our checks of raw input, and a description that says what is true."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from revivatech.platform.files.receiving import refused_early
from revivatech.platform.problems import Invalid, NotFound, Problem, Unreadable
from revivatech.platform.web.problems import problem_response

from .once import HEADER, LONGEST, SHORTEST
from .schemas import ProblemOut
from .who import Who

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}


class Api(NinjaAPI):
    """Every operation must say who may call it (`auth=Who(…)`); there is no default that would let somebody in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=_Parser(), docs_url=None, openapi_url=None, auth=None, **options)

    def set_default_exception_handlers(self) -> None:
        super().set_default_exception_handlers()
        self.add_exception_handler(Problem, _problem)
        self.add_exception_handler(Http404, lambda request, _error: problem_response(request, NotFound()))
        self.add_exception_handler(HttpError, _http_error)
        self.add_exception_handler(ValidationError, _invalid)

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = {**ProblemOut.model_json_schema(), "title": "Problem"}
        schema["components"]["securitySchemes"] = {"bearer": Who.openapi_security_schema}
        operations = {
            operation.view_func.__name__: operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }
        for methods in schema["paths"].values():
            for described in methods.values():
                _complete(described, operations[described["operationId"]])
        return schema


def _complete(described: dict[str, Any], operation: Any) -> None:
    """What ninja does not know: problems, who may call, and the key that makes a write safe to repeat."""
    for callback in operation.auth_callbacks:
        if isinstance(callback, Who):
            described["security"] = [{}, {"bearer": []}] if callback.public else [{"bearer": []}]
            if callback.scope:
                described["x-scope"] = callback.scope
    described["responses"]["4XX"] = {
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": PROBLEM_REF}},
    }
    if getattr(operation.view_func, "_takes_idempotency_key", False):
        described["parameters"].append(
            {
                "in": "header",
                "name": HEADER,
                "required": False,
                "description": "Send the same one when you try again: the thing is done once.",
                "schema": {
                    "type": "string", "minLength": SHORTEST, "maxLength": LONGEST, "pattern": "^[A-Za-z0-9_-]+$",
                },
            }
        )  # fmt: skip


class _Parser(Parser):
    """Refuses text that PostgreSQL could not store: NUL, and halves of surrogate pairs."""

    def parse_body(self, request: HttpRequest) -> Any:
        return _storable(super().parse_body(request))

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        return _storable(super().parse_querydict(data, list_fields, request))


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            _storable(name)
            _storable(inner)
    elif isinstance(value, list):
        for inner in value:
            _storable(inner)
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Invalid({"": [_("The text holds half a character. Send valid UTF-8.")]}) from None
        if "\x00" in value:
            raise Invalid({"": [_("The text holds a NUL character. Leave it out.")]})
    return value


def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    response = problem_response(request, problem)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, Unreadable(str(error)))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """By field, without the part that says where it stood and without the handler's own name for the body. A file over a limit
    never reached the handler, which misses it: the limit is what is told."""
    if early := refused_early(request):
        return problem_response(request, early[0])
    fields: dict[str, list[str]] = defaultdict(list)
    for found in error.errors:
        place = [str(part) for part in found["loc"][1:]]
        if found["loc"][0] == "body" and len(place) > 1:
            place = place[1:]
        fields[".".join(place)].append(str(found["msg"]))
    return problem_response(request, Invalid(fields))
