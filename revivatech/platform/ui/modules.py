"""One script over the wire, many small modules to read: at collectstatic the modules that every page loads are joined.

Each keeps its address: there it hands on what the joined file holds, so that a module runs once whoever imports it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

JOINED = ("ui/js/base.js",)

_IMPORT = re.compile(r'^import (?:(?P<names>[^"]+?) from )?"(?P<path>\.[^"]+)";\n', re.M)
_EXPORT = re.compile(
    r"^export (?:(?P<default>default )|(?P<kind>(?:async )?function\*?|class|const|let) (?P<name>\w+))", re.M
)
_LINE_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_HEAD_COMMENT = re.compile(r"\A/\*.*?\*/\s*", re.S)


def join_modules(path: str, read: Callable[[str], str]) -> dict[str, str]:
    """The module at `path` with what it imports statically, each in a scope of its own, and for each of those what stays there.

    The modules are ours: they import by relative path in one folder, export by name where they declare, and never in a circle.
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
    whole = f"{''.join(lines)}{scopes[path]}export {{ {names} }};\n"
    here = posixpath.dirname(path)
    return {path: whole} | {name: _left(name, exports[name], posixpath.relpath(path, here)) for name in others}


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


def _left(name: str, names: list[str], joined: str) -> str:
    """The module as it is after the joining: the same exports, from the joined file."""
    scope, lines = _scope(name), [f'import {{ {_scope(name)} }} from "./{joined}";']
    if named := [one for one in names if one != "default"]:
        lines.append(f"export const {{ {', '.join(named)} }} = {scope};")
    if "default" in names:
        lines.append(f"export default {scope}.theDefault;")
    return "\n".join(lines) + "\n"
