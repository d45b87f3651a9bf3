"""Documentation that fails the build: settings, permissions, events, topics and jobs are all written down."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.utils.translation import override

from revivatech.platform.events import words
from revivatech.platform.events.base import Event
from revivatech.wiring import REACTIONS

ROOT = Path(__file__).resolve().parents[3]


def test_readme_lists_exactly_the_settings() -> None:
    code = (ROOT / "revivatech" / "settings.py").read_text()
    read = set(re.findall(r'env(?:_bool|_list)?\("([A-Z_]+)"', code))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert listed == read


def test_readme_maps_exactly_the_packages() -> None:
    packages = {path.parent.name for path in (ROOT / "revivatech").glob("*/apps.py")}
    listed = set(re.findall(r"^  ([a-z]+)/ ", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert listed == packages


def test_links_in_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "revivatech").rglob("*.md")]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_every_event_says_what_it_is() -> None:
    """Names are `kind.what_happened`, once each, and every event names its subject."""
    events = list(_subclasses(Event))
    named = [event for event in events if "name" in vars(event)]
    names = [event.name for event in named]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in names)
    assert all(event.subject_field for event in named)
    assert set(REACTIONS) <= set(named)


def test_every_event_speaks_to_staff_in_every_language() -> None:
    """A sentence of its own, and a name for each of its facts and subjects."""
    named = [event for event in words.kinds().values() if ".tests." not in event.__module__]
    for event in named:
        assert "says" in vars(event), event.name
        facts = {fact.name for fact in fields(event)} - {event.subject_field}
        assert facts <= set(words.FACTS), event.name
        assert event.codes.keys() <= facts, event.name
        assert event.name.partition(".")[0] in {*words.SUBJECTS, "support"}  # its subjects are others
    assert len({str(event.says) for event in named}) == len(named) > 150
    english = {event.name: str(event.says) for event in named}
    with override("pt"):
        assert [name for name, said in english.items() if words.words_of(name) == said] == []
        told = words.facts("repair.ready", {"repair_id": 3, "after": "diagnosis", "outcome": "repaired"}, zone="UTC")
        assert told == [("Depois", "Diagnóstico"), ("Resultado", "Reparado")]
        told = words.facts("repair.received", {"after": "diagnosis", "before": "booked"}, zone="UTC")
        assert told == [("Alterações", "Marcada → Diagnóstico")]
    assert words.words_of("gone.long_ago") == "gone.long_ago"


def test_the_page_of_events_topics_and_jobs_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    document_events = importlib.import_module("document_events")
    assert document_events.PAGE.read_text() == document_events.page(), "run: python tools/document_events.py"


def _subclasses(parent: type[Event]) -> set[type[Event]]:
    children = set(parent.__subclasses__())
    return children.union(*(_subclasses(child) for child in children))
