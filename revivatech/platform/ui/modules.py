"""One script over the wire, many small modules to read: at collectstatic the modules that every page loads are joined.

Modules that import one of them import it from the joined file instead: it runs once, and nobody waits for another request.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterable

JOINED = ("ui/js/base.js",)

_IMPORT = re.compile(r'^import (?:(?P<names>[^"]+?) from )?"(?P<path>\.[^"]+)";\n', re.M)
_EXPORT = re.compile(
    r"^export (?:(?P<default>default )|(?P<kind>(?:async )?function\*?|class|const|let) (?P<name>\w+))", re.M
)
_LINE_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_HEAD_COMMENT = re.compile(r"\A/\*.*?\*/\s*", re.S)


def join_modules(path: str, read: Callable[[str], str], importers: Iterable[str] = ()) -> dict[str, str]:
    """The module at `path` with what it imports statically, each in a scope of its own, and those `importers` that import one of these.

    The modules are ours: they import by relative path, export by name where they declare, and never in a circle.
    """
    scopes: dict[str, str] = {}
    exports: dict[str, list[str]] = {}
    open_: list[str] = []

    def add(name: str) -> None:
        if name in exports:
            return
        if name in open_:
            raise ValueError(f"{' → '.join([*open_, name])}: modules that import each other cannot be joined")
        open_.append(name)
        code = _LINE_COMMENT.sub("", _HEAD_COMMENT.sub("", read(name)))
        for found in _IMPORT.finditer(code):
            add(_neighbour(name, found["path"]))
        exports[name] = [found["name"] or "default" for found in _EXPORT.finditer(code)]
        scopes[name] = _EXPORT.sub(_declared, _IMPORT.sub(lambda found: _taken(name, found), code))
        open_.pop()

    add(path)
    others = [name for name in scopes if name != path]
    lines = [
        f"const {_scope(name)} = (() => {{\n{scopes[name]}return {_handed(exports[name])};\n}})();\n" for name in others
    ]
    names = ", ".join(map(_scope, others))
    made = {path: f"{''.join(lines)}{scopes[path]}export {{ {names} }};\n"}
    for name in importers:
        if name not in scopes and (redirected := _redirected(name, read(name), path, scopes)):
            made[name] = redirected
    return made


def _neighbour(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _scope(name: str) -> str:
    return "in_" + re.sub(r"\W", "_", posixpath.basename(name).removesuffix(".js"))


def _taken(name: str, found: re.Match[str]) -> str:
    if not found["names"]:
        return ""
    scope = _scope(_neighbour(name, found["path"]))
    names = found["names"]
    return f"const {names} = {scope};\n" if names.startswith("{") else f"const {names} = {scope}.theDefault;\n"


def _declared(found: re.Match[str]) -> str:
    if found["default"]:
        return "const theDefault = "
    return f"{found['kind']} {found['name']}"


def _handed(names: list[str]) -> str:
    return f"{{ {', '.join('theDefault' if name == 'default' else name for name in names)} }}"


def _redirected(name: str, code: str, joined: str, scopes: Container[str]) -> str | None:
    """The module with what it imports from the joined ones; None when that is nothing."""
    address = posixpath.relpath(joined, posixpath.dirname(name))
    address = address if address.startswith(".") else f"./{address}"

    def instead(found: re.Match[str]) -> str:
        taken = _neighbour(name, found["path"])
        if taken == joined or taken not in scopes:
            return found[0]
        what = f"{{ {_scope(taken)} }} from " if found["names"] else ""
        return f'import {what}"{address}";\n{_taken(name, found)}'

    changed = _IMPORT.sub(instead, code)
    return changed if changed != code else None
