"""Every sentence in every language. Fast: no database, no pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from revivatech.platform import messages
from revivatech.platform.languages import FOLDER, WRITTEN_IN, codes

ROOT = messages.ROOT
LOCALES = [po.parents[1].name for po in messages.files()]


def catalogue(locale: str) -> Catalog:
    return messages.catalogue_of(FOLDER / locale / "LC_MESSAGES/django.po")


def test_there_is_a_file_for_each_language() -> None:
    assert LOCALES == ["pt"]
    assert codes() == [WRITTEN_IN, "pt"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_translated_rightly(locale: str) -> None:
    assert messages.mistakes(catalogue(locale)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_file_has_the_sentences_of_the_code(locale: str) -> None:
    """`revivatech manage messages` puts it right."""
    po = FOLDER / locale / "LC_MESSAGES/django.po"
    now = messages.updated(messages.catalogue_of(po), locale)
    kept, wanted = ({messages.key_of(one) for one in messages.sentences(found)} for found in (catalogue(locale), now))
    assert wanted - kept == set(), "sentences the file does not have"
    assert kept - wanted == set(), "sentences nobody says any more"
    assert po.read_bytes() == messages.written(now), "the order or the places changed"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_texts_we_ship_are_there_with_what_they_fill_in(locale: str) -> None:
    holes, parts = re.compile(r"\{\w+\}|`\w+`|\]\(\S+\)"), re.compile(r"^(## |- |\d\. |\| )", re.MULTILINE)
    shipped = sorted((ROOT / "site/starters").glob("*.md"))
    assert len(shipped) > 5
    for english in shipped:
        text = (FOLDER / locale / "texts" / english.name).read_text()
        assert sorted(holes.findall(text)) == sorted(holes.findall(english.read_text())), english.name
        assert parts.findall(text) == parts.findall(english.read_text()), english.name
        assert text.count("\n\n") == english.read_text().count("\n\n"), f"{english.name}: a paragraph more or less"


def test_mistakes_are_found() -> None:
    """The test above must be able to fail."""
    bad = Catalog(locale="pt")
    bad.add("Hello %(name)s", "Olá %(nome)s")
    bad.add("<b>Bold</b>", "Forte")
    bad.add(" to", "para")
    bad.add("Nothing", "")
    bad.add(("One day", "%(n)s days"), ("Um dia", "%(m)s dias"))
    bad.add("Guessed", "Talvez", flags=["fuzzy"])
    bad.add(("One hour", "%(n)s hours"), ("Uma hora", "%(n)s horas"))
    kinds = [line.partition(":")[0] for line in messages.mistakes(bad)]
    assert kinds == [
        "placeholders differ", "tags differ", "spaces at the edge differ", "not translated", "placeholders differ", "fuzzy",
    ]  # fmt: skip


# --- English that no catalogue knows -----------------------------------------------------------
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_TRANS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", re.DOTALL)
_SAMPLE = re.compile(r"<(script|style|code|pre|kbd|samp|textarea)\b.*?</\1>", re.DOTALL)
_BLOCK_OF_NAMES = re.compile(
    r"\{%-?\s*block (?:\w*class|column|body_attrs|robots)\s*-?%\}.*?\{%-?\s*endblock[^%]*%\}", re.DOTALL
)
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SHOWN = re.compile(r'\b(?:title|alt|placeholder|aria-label|aria-description|data-confirm\S*|data-key-name)="([^"]*)"')
# Names, and what is written for programs: columns of a file, classes beside a computed one.
_OUR_NAME = re.compile(r"RevivaTech|UTC|&\w+;|data-keys-off|^[\w@.]+(,[\w@.]*)+$|button button-")
_LITERAL = re.compile(r"""(?<!\w)(['"])([A-Z][a-z]+ [a-z][^'"]*)\1""")


def _untranslated(source: str) -> Iterator[str]:
    """Text between tags and in attributes people read, after everything that a template computes is taken out."""
    text = _BLOCK_OF_NAMES.sub("", _TRANS.sub("", _COMMENT.sub("", source)))
    for code in _CODE.findall(text):
        literals = re.sub(r"""\b_\(\s*(['"]).*?\1\s*[),]|n?p?gettext\(.*""", "", code, flags=re.DOTALL)
        yield from (found[1] for found in _LITERAL.findall(literals))
    text = _CODE.sub("", text)
    yield from (value for value in _SHOWN.findall(text) if re.search("[A-Za-z]{2}", value))
    for line in re.sub(r"<[^>]*>", "\n", _SAMPLE.sub("", text)).splitlines():
        if re.search("[A-Za-z]{2}", _OUR_NAME.sub("", line.strip())):
            yield line.strip()


def templates() -> list[Path]:
    return sorted(path for kind in ("html", "txt") for path in ROOT.rglob(f"templates/**/*.{kind}"))


def test_templates_hold_no_sentence_of_their_own() -> None:
    assert len(templates()) > 200
    found = {str(path.relative_to(ROOT)): list(_untranslated(path.read_text())) for path in templates()}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert list(_untranslated('<p>Hello</p>{{ button("Save it now") }}<i title="Tip">{{ _("Good day") }}</i>')) == [
        "Save it now", "Tip", "Hello",
    ]  # fmt: skip


def test_modules_of_the_browser_hold_no_sentence_of_their_own() -> None:
    comment = re.compile(r"/\*.*?\*/|^\s*//.*?$|\s//\s.*?$", re.DOTALL | re.MULTILINE)
    sentence = re.compile(r"""(['"`])([A-Z][a-z]+(?: [a-z]+)+[^'"`]*)\1""")
    found = {
        str(path.relative_to(ROOT)): sentence.findall(comment.sub("", path.read_text()))
        for path in sorted(ROOT.rglob("static/**/*.js"))
        if "vendor" not in path.parts and "min" not in path.suffixes
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


_SAID = {"label", "help_text", "title", "verbose_name"}
_SAYERS = {"ValidationError", "Invalid", "Conflict", "Denied", "Problem", "success", "error", "warning", "info"}


def _bare(tree: ast.AST) -> Iterator[str]:
    """Words given as `label=…`, or first to an error or a message of a page, that pass by gettext."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        owner = getattr(getattr(call.func, "value", None), "id", "")
        said = [keyword.value for keyword in call.keywords if keyword.arg in _SAID]
        if name in _SAYERS and (name[0].isupper() or owner == "messages"):
            said += call.args
        for value in said:
            if (
                isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and re.search("[A-Za-z]{3} ", value.value)
            ):
                yield value.value


def test_errors_and_labels_pass_through_gettext() -> None:
    """Documents of the API are in English, for programmers; so are commands and what the log says."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        if {"tests", "testing", "migrations", "commands", "postgres"} & set(path.parts) or path.name in (
            "api.py",
            "apps.py",
        ):
            continue
        lines = list(_bare(ast.parse(path.read_text())))
        if lines:
            found[str(path.relative_to(ROOT))] = lines
    assert found == {}
