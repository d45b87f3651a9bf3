"""The description of the API: as OpenAPI for programs, and as a page for people. The page loads nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from ..reference import Group, groups_of

CACHED = 300


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(_schema(), json_dumps_params={"indent": 1})
    patch_cache_control(response, public=True, max_age=CACHED)
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    context = {"groups": _groups(), "public_url": settings.PUBLIC_URL, "version": _schema()["info"]["version"]}
    return render(request, "integrations/reference.html", context)


@cache
def _schema() -> dict[str, Any]:
    """It changes with the code alone."""
    schema: dict[str, Any] = import_string(settings.REVIVATECH_API).get_openapi_schema()
    return schema


@cache
def _groups() -> list[Group]:
    return groups_of(_schema())
