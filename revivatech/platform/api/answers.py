"""Long lists leave in one step."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.http import HttpResponse


def json_at_once(answer: Any) -> HttpResponse:
    """For hot reads whose rows have exactly the members of the operation's `response`: no model is made of each
    row, looked at and taken apart again. The schemathesis run holds what leaves against the description all the same."""
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json; charset=utf-8")


def tagged_json(answer: Any, *, cache: str) -> HttpResponse:
    """`json_at_once`, with a tag by which whoever asks again learns in an empty 304 that nothing is new."""
    response = json_at_once(answer)
    response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    response["Cache-Control"] = cache
    return response
