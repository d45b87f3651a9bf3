"""Rules of the house that the import contracts in pyproject.toml cannot say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2]
HTTP = ("django.http", "django.views", "django.shortcuts", "django.contrib.messages")
BELOW_HTTP = {"actions", "policies", "queries", "models", "events", "topics", "reactions", "statuses", "problems"}


def _sources() -> Iterator[Path]:
    return (path for path in PACKAGE.rglob("*.py") if not {"tests", "migrations", "testing"} & set(path.parts))


def _imports(path: Path) -> set[str]:
    """Modules imported when the file runs; what stands under TYPE_CHECKING does not."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
        waiting.extend(ast.iter_child_nodes(node))
    return found


def _reaches(imports: set[str], names: tuple[str, ...]) -> bool:
    return any(name == wanted or name.startswith(f"{wanted}.") for name in imports for wanted in names)


def _is_below_http(path: Path) -> bool:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] != "platform" and (path.stem in BELOW_HTTP or (len(parts) > 2 and parts[1] in BELOW_HTTP))


@pytest.mark.parametrize("path", [path for path in _sources() if _is_below_http(path)], ids=str)
def test_actions_and_below_never_import_http(path: Path) -> None:
    assert not _reaches(_imports(path), HTTP)


@pytest.mark.parametrize(
    "name",
    [
        "live.py",
        *(
            f"platform/realtime/{path.name}"
            for path in (PACKAGE / "platform/realtime").glob("*.py")
            if path.name != "announce.py"
        ),
    ],
)
def test_the_live_hub_never_imports_the_orm(name: str) -> None:
    assert not _reaches(_imports(PACKAGE / name), ("django.db", "revivatech.platform.models"))


def test_time_comes_from_the_clock() -> None:
    """`datetime.now` and `timezone.now` are asked in one place only, so that tests and replays can hold it still."""
    asked = [
        str(path.relative_to(PACKAGE))
        for path in _sources()
        if path.name != "clock.py"
        and any(call in path.read_text() for call in ("datetime.now(", "timezone.now(", "date.today("))
    ]
    assert asked == []


def test_money_is_never_a_float() -> None:
    assert not [path for path in _sources() if "FloatField" in path.read_text()]
