"""From the OpenAPI description to what the page of the reference shows: plain values, references resolved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one member of a body. `of` is indented under the member it belongs to by `depth`."""

    name: str
    type: str
    required: bool
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    who: str  # anybody | signed_in
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    operations: list[Operation]


def groups_of(schema: dict[str, Any]) -> list[Group]:
    """Operations by tag, in the order of the description."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            tag = described.get("tags", ["API"])[0]
            found.setdefault(tag, []).append(_operation(method.upper(), path, described, schema))
    return [Group(title, operations) for title, operations in found.items()]


def _operation(method: str, path: str, described: dict[str, Any], schema: dict[str, Any]) -> Operation:
    status, answer = next((code, said) for code, said in described["responses"].items() if code != "4XX")
    parameters = [
        Field(one["name"], _type(one["schema"], schema), one["required"], one.get("description", ""))
        for one in described["parameters"]
    ]
    return Operation(
        id=described["operationId"], method=method, path=path, summary=described["summary"],
        text=described.get("description", ""), who="anybody" if {} in described["security"] else "signed_in",
        scope=described.get("x-scope", ""), parameters=parameters,
        body=_fields(_content(described.get("requestBody", {})), schema), answer=_fields(_content(answer), schema),
        status=status,
    )  # fmt: skip


def _content(part: dict[str, Any]) -> dict[str, Any]:
    return next((found.get("schema", {}) for found in part.get("content", {}).values()), {})


def _fields(shape: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> list[Field]:
    """Members, and the members of those that are objects or lists of objects, three levels deep."""
    shape = _resolved(shape, schema)
    rows: list[Field] = []
    for name, inner in shape.get("properties", {}).items():
        text = inner.get("description", "")
        rows.append(Field(name, _type(inner, schema), name in shape.get("required", []), text, depth))
        if depth < 3:
            rows += _fields(_inside(inner, schema), schema, depth + 1)
    return rows


def _inside(shape: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    shape = _resolved(shape, schema)
    return _inside(shape["items"], schema) if "items" in shape else shape


def _resolved(shape: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape:
        found: dict[str, Any] = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        return found
    return shape


def _type(shape: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(_type(one, schema) for one in shape["anyOf"])
    if "enum" in shape:
        return " | ".join(json.dumps(value) for value in shape["enum"])
    if "const" in shape:
        return json.dumps(shape["const"])
    resolved = _resolved(shape, schema)
    if resolved.get("type") == "array":
        return f"list of {_type(resolved['items'], schema)}"
    return str(resolved.get("format") or resolved.get("type") or "any")
