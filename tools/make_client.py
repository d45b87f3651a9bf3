"""Write the typed Python client from the committed description of the API.

python tools/make_client.py          # docs/api/openapi.json → clients/python/revivatech_client.py
python tools/make_client.py --print  # only show it
"""

from __future__ import annotations

import json
import keyword
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "docs" / "api" / "openapi.json"
CLIENT = ROOT / "clients" / "python" / "revivatech_client.py"
PREFIX = "/api/v1"

HEAD = '''"""A client for the RevivaTech API, made by tools/make_client.py from docs/api/openapi.json. Do not edit.

    with Client("https://repairs.example", token="rvk_…") as api:
        for repair in api.pages(api.list_repairs, status="diagnosis"):
            print(repair["code"])

Needs httpx and Python 3.12. A problem is raised as `ApiProblem`; writes take `idempotency_key`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NotRequired, Self, TypedDict, cast

import httpx


class ApiProblem(Exception):
    """What the API answered instead (RFC 9457). `code` is stable, `extra` is the whole answer."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        self.status = status
        self.code = str(said.get("code", "unknown"))
        self.detail = str(said.get("detail", ""))
        self.errors: dict[str, list[str]] = said.get("errors") or {}
        self.extra = said
        super().__init__(f"{status} {self.code}: {self.detail}")

'''

CLIENT_HEAD = '''

class Client:
    """One shop. `token` is a key or an access token; without one only what is open to anybody works."""

    def __init__(self, address: str, *, token: str = "", http: httpx.Client | None = None) -> None:
        self._http = http or httpx.Client(timeout=30.0)
        self._own = http is None
        self._address = address.rstrip("/") + "%s"
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._own:
            self._http.close()

    def pages(self, operation: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
        """Every item of a list, page after page."""
        page = operation(**arguments)
        yield from page["items"]
        while page["next"]:
            page = operation(**arguments, cursor=page["next"])
            yield from page["items"]

    def _send(
        self, method: str, path: str, *, query: dict[str, Any] | None = None, body: Any = None, key: str = "",
        form: dict[str, Any] | None = None, files: Any = None,
    ) -> httpx.Response:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        response = self._http.request(
            method, self._address + path, params=asked, json=body, data=form, files=files, headers=headers
        )
        if response.status_code >= 400:
            is_json = "json" in response.headers.get("Content-Type", "")
            raise ApiProblem(response.status_code, response.json() if is_json else {})
        return response
''' % PREFIX  # fmt: skip  # noqa: UP031 - the text is full of braces


def main() -> None:
    text = client_of(json.loads(DESCRIPTION.read_text()))
    if "--print" in sys.argv:
        print(text)
    else:
        CLIENT.parent.mkdir(parents=True, exist_ok=True)
        CLIENT.write_text(text)


def client_of(schema: dict[str, Any]) -> str:
    """The module's text."""
    types = [
        _type_of_shape(name, shape) for name, shape in schema["components"]["schemas"].items() if name != "Problem"
    ]
    operations = [
        _operation(method, path, described)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
    return HEAD + "\n" + "\n\n".join(types) + CLIENT_HEAD + "\n" + "\n".join(operations)


def _type_of_shape(name: str, shape: dict[str, Any]) -> str:
    required = set(shape.get("required", []))
    rows = [
        f"    {member}: {_annotation(inner) if member in required else f'NotRequired[{_annotation(inner)}]'}"
        for member, inner in shape.get("properties", {}).items()
    ]
    words = shape.get("description", "").strip()
    doc = [f'    """{words}"""', ""] if words else []
    return "\n".join([f"class {name}(TypedDict):", *doc, *(rows or ["    pass"])]) + "\n"


def _annotation(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " | ".join(dict.fromkeys(_annotation(one) for one in shape["anyOf"]))
    if "enum" in shape:
        return f"Literal[{', '.join(json.dumps(value) for value in shape['enum'])}]"
    match shape.get("type"):
        case "array":
            return f"list[{_annotation(shape.get('items', {}))}]"
        case "object" if isinstance(shape.get("additionalProperties"), dict):
            return f"dict[str, {_annotation(shape['additionalProperties'])}]"
        case kind:
            known = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
            return known.get(str(kind), "Any")


def _operation(method: str, path: str, described: dict[str, Any]) -> str:
    names = [(one["name"], one) for one in described["parameters"] if one["in"] in ("path", "query")]
    in_path = [one for one in names if one[1]["in"] == "path"]
    in_query = [one for one in names if one[1]["in"] == "query"]
    keyed = any(one["in"] == "header" for one in described["parameters"])
    content = described.get("requestBody", {}).get("content", {})
    body = _annotation(content["application/json"]["schema"]) if "application/json" in content else ""
    form = content.get("multipart/form-data", {}).get("schema")
    arguments = ["self", *(f"{_safe(name)}: {_in_path(one)}" for name, one in in_path)]
    arguments += [f"body: {body}"] if body else []
    arguments += ["file: Any"] if form else []
    keywords = [_query_argument(name, one) for name, one in in_query] + (['idempotency_key: str = ""'] if keyed else [])
    if keywords:
        arguments = [*arguments, "*", *keywords]
    arguments += ["**form: Any"] if form else []
    answer = next(said for code, said in described["responses"].items() if code != "4XX")
    answered = answer.get("content", {}).get("application/json", {}).get("schema")
    returns = _annotation(answered) if answered and "$ref" in answered else "bytes"
    call = [f'"{method.upper()}"', ("f" if in_path else "") + f'"{_address(path, in_path)}"']
    if in_query:
        call.append("query={" + ", ".join(f'"{name}": {_safe(name)}' for name, _one in in_query) + "}")
    call += ["body=body"] if body else []
    call += ['form=form, files={"file": file}'] if form else []
    call += ["key=idempotency_key"] if keyed else []
    sent = f"self._send({', '.join(call)})"
    result = f"{sent}.content" if returns == "bytes" else f"cast({returns}, {sent}.json())"
    head = f"    def {described['operationId']}({', '.join(arguments)}) -> {returns}:"
    return "\n".join([head, f'        """{described["summary"]}."""', f"        return {result}", ""])


def _query_argument(name: str, one: dict[str, Any]) -> str:
    annotation = _annotation(one["schema"])
    if one["required"]:
        return f"{_safe(name)}: {annotation}"
    return f"{_safe(name)}: {annotation if 'None' in annotation else annotation + ' | None'} = None"


def _in_path(one: dict[str, Any]) -> str:
    return "int" if one["schema"].get("type") == "integer" else "str"


def _address(path: str, in_path: list[tuple[str, dict[str, Any]]]) -> str:
    bare = path.removeprefix(PREFIX)
    for name, _one in in_path:
        bare = bare.replace("{" + name + "}", "{" + _safe(name) + "}")
    return bare


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


if __name__ == "__main__":
    main()
