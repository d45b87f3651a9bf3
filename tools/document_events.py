"""Write docs/develop/events.md from the names and docstrings of events, topics and jobs: `python tools/document_events.py`."""

from __future__ import annotations

import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "develop" / "events.md"
HEAD = """# Events, reactions, topics and jobs

Every event, live topic and job of the product, in the words of its own docstring. `python tools/document_events.py`
writes this page and a test compares. An event is one row of the append-only log of its subject; `wiring.py` says what
it sets off, and `says` in its class is the sentence that staff read.
"""


def page() -> str:
    """The whole page; Django must be set up."""
    return "\n".join(
        [
            HEAD,
            _table(("event", "tells", "sets off"), _events()),
            "## Topics\n",
            _table(("topic", "changes when"), _topics()),
            "## Jobs\n",
            _table(("job", "queue", "does"), _jobs()),
        ]
    )


def _events() -> list[tuple[str, ...]]:
    from procrastinate.tasks import Task

    from revivatech.platform.events.base import Event
    from revivatech.wiring import REACTIONS

    for path in sorted((ROOT / "revivatech").rglob("events.py")):  # a class is known only once its module is imported
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

    def every(parent: type[Event]) -> set[type[Event]]:
        children = set(parent.__subclasses__())
        return children.union(*(every(child) for child in children))

    def reaction_name(reaction: object) -> str:
        return f"job `{reaction.func.__name__}`" if isinstance(reaction, Task) else f"`{reaction.__name__}`"  # type: ignore[attr-defined]

    ours = (event for event in every(Event) if "name" in vars(event) and ".tests." not in event.__module__)
    named = sorted(ours, key=lambda event: event.name)
    return [
        (f"`{event.name}`", _event_words(event), ", ".join(reaction_name(one) for one in REACTIONS.get(event, ())))
        for event in named
    ]


def _event_words(event: type[Any]) -> str:
    own = vars(event).get("__doc__") or ""
    if own and not own.startswith(f"{event.__name__}("):  # dataclasses write a signature where nothing was written
        return _line(own)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event.__name__).capitalize() + "."


def _topics() -> list[tuple[str, ...]]:
    rows = []
    for path in sorted((ROOT / "revivatech").glob("*/topics.py")):
        module = importlib.import_module(f"revivatech.{path.parent.name}.topics")
        for _name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and inspect.signature(function).return_annotation == "str":
                rows.append((f"`{_topic_of(function)}`", _line(function.__doc__ or module.__doc__ or "")))
    return sorted(rows)


def _topic_of(function: Callable[..., str]) -> str:
    kind, _, _rest = function(*[0 for _ in inspect.signature(function).parameters]).partition(":")
    return f"{kind}:<id>"


def _jobs() -> list[tuple[str, ...]]:
    from procrastinate.contrib.django import app

    ours = ((name, task) for name, task in sorted(app.tasks.items()) if name.startswith("revivatech."))
    return [
        (f"`{name.removeprefix('revivatech.')}`", str(task.queue), _line(task.func.__doc__ or ""))
        for name, task in ours
    ]


def _line(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split()).replace("|", "\\|")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revivatech.settings")
    django.setup()
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
