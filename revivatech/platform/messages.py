"""Every sentence people read, gathered from the code, and the file of each language kept in step with it.

`revivatech manage messages` is the command; docs/develop/translating.md says how to use it. Tests ask the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po

from .languages import FOLDER
from .spoken import seeded

ROOT = FOLDER.parent
_TEMPLATES = {"extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols,jinja2.ext.do", "silent": "false"}
METHODS = [
    ("**/tests/**", "ignore"),
    ("**/testing/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Libraries whose sentences people see. What they do not translate themselves stands in our file.
BORROWED = (
    "allauth/account",
    "allauth/core",
    "allauth/mfa",
    "allauth/usersessions",
    "allauth/utils.py",
    "django/forms",
    "django/core/validators.py",
    "django/contrib/auth/password_validation.py",
    "django/db/models",
)
# Shown nowhere here: names of columns for an admin site, pages and messages that ours replace.
_UNSEEN = re.compile(r"(^|/)(apps|admin|models|models/base|migrations/.*|internal/.*cli.*)\.py$")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd%]|\{[\w.!:]*\}")
_TAG = re.compile(r"</?[a-z][^>]*>")
Key = tuple[str, str]  # context and (singular) text


def key_of(message: Message) -> Key:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return message.context or "", text


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


@cache
def extracted() -> Catalog:
    """All sentences of our own code, with the files they stand in."""
    found = _extract(ROOT, METHODS, "revivatech/")
    for word, file in seeded():
        found.add(word, None, [(file, 1)])
    return found


def _extract(folder: Path, methods: list[tuple[str, str]], name: str) -> Catalog:
    found = Catalog(charset="utf-8")
    options = {pattern: _TEMPLATES for pattern, method in methods if method == "jinja2"}
    rows = extract_from_dir(folder, methods, options, keywords=KEYWORDS, comment_tags=(), strip_comment_tags=False)
    for file, _line, text, _comments, context in rows:
        found.add(text, None, [(f"{name}{file}", 1)], context=context)
    return found


def catalogue_of(po: Path) -> Catalog:
    with po.open("rb") as source:
        return read_po(source)


def files(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob("*/LC_MESSAGES/django.po"))


def updated(old: Catalog, locale: str) -> Catalog:
    """The sentences of today with the translations there are. Nothing is guessed: a changed sentence is a new one."""
    fresh = Catalog(locale=locale, project="RevivaTech", charset="utf-8", fuzzy=False)
    kept = {key_of(message): message for message in sentences(old)}
    for message in sorted(sentences(extracted()), key=_place):
        _take(fresh, message, kept.get(key_of(message)))
    have = {key_of(message) for message in sentences(fresh)}
    for message, theirs in lacking(locale):
        if key_of(message) not in have:
            _take(fresh, message, kept.get(key_of(message)) or theirs)
    return fresh


def _place(message: Message) -> tuple[Any, ...]:
    return min(message.locations)[0], str(message.id)


def _take(into: Catalog, message: Message, known: Message | None) -> None:
    same = known is not None and isinstance(known.id, str) == isinstance(message.id, str)
    places = sorted({(file, 1) for file, _line in message.locations})
    into.add(message.id, known.string if known is not None and same else None, places, context=message.context,
             flags=set(message.flags) - {"fuzzy"})  # fmt: skip


def written(catalogue: Catalog) -> bytes:
    """As the file is kept: no dates and no line numbers, which would change it without a change."""
    out = BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False, omit_header=True, sort_by_file=False)
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def lacking(locale: str) -> list[tuple[Message, Message | None]]:
    """Sentences of the libraries that they do not have in `locale`, with a neighbour's translation where there is one."""
    found: dict[Key, tuple[Message, Message | None]] = {}
    for top in sorted({part.split("/")[0] for part in BORROWED}):
        spec = find_spec(top)
        if spec is None or spec.origin is None:
            continue
        package = Path(spec.origin).parent
        own, neighbours = _theirs(package, locale)
        parts = [part.partition("/")[2] for part in BORROWED if part.split("/")[0] == top]
        for message in _sentences_in(package, parts):
            if key_of(message) not in own:
                found.setdefault(key_of(message), (message, neighbours.get(key_of(message))))
    return list(found.values())


def _sentences_in(package: Path, parts: Iterable[str]) -> Iterator[Message]:
    for part in parts:
        whole = package / part
        folder, pattern = (whole.parent, whole.name) if whole.suffix else (whole, "**.py")
        catalogue = _extract(folder, [("**/tests/**", "ignore"), (pattern, "python")], "")
        for message in sentences(catalogue):
            message.locations = [
                (f"{package.name}/{folder.relative_to(package)}/{file}", 1)
                for file, _line in message.locations
                if not _UNSEEN.search(file)
            ]
            if message.locations:
                yield message


def _theirs(package: Path, locale: str) -> tuple[set[Key], dict[Key, Message]]:
    """What a library has in the language itself, which Django finds, and in its countries' variants, which it does not."""
    own: set[Key] = set()
    near: dict[Key, Message] = {}
    places = [package / "locale", *(package / "contrib").glob("*/locale"), package / "conf/locale"]
    for place in places:
        for mo in sorted(place.glob(f"{locale.partition('_')[0]}*/LC_MESSAGES/django.mo"), reverse=True):
            exact = mo.parents[1].name in (locale, locale.partition("_")[0])
            with mo.open("rb") as compiled:  # without what is fuzzy, obsolete or missing
                theirs = read_mo(compiled)
            for message in sentences(theirs):
                if exact:
                    own.add(key_of(message))
                else:
                    near.setdefault(key_of(message), message)  # PT before BR
    return own, near


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def mistakes(catalogue: Catalog) -> list[str]:
    """What would show wrongly: no translation, fuzzy, obsolete, other placeholders or tags, other spaces at the edges."""
    found = [f"obsolete: {text!r}" for text in catalogue.obsolete]
    for message in sentences(catalogue):
        if not is_translated(message):
            found.append(f"not translated: {message.id!r}")
            continue
        if message.fuzzy:
            found.append(f"fuzzy: {message.id!r}")
        found += [f"{wrong}: {message.id!r} -> {message.string!r}" for wrong in _wrong(message)]
    return found


def _wrong(message: Message) -> Iterator[str]:
    ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    strings = list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]
    for number, text in enumerate(strings):
        source = ids[min(number, len(ids) - 1)]
        have, want = sorted(_PLACEHOLDER.findall(text)), sorted(_PLACEHOLDER.findall(source))
        # Of a plural, a form may leave the number out ("one day") or say it.
        if have != want and (
            len(ids) == 1 or not set(have) <= {found for one in ids for found in _PLACEHOLDER.findall(one)}
        ):
            yield "placeholders differ"
        if sorted(_TAG.findall(source)) != sorted(_TAG.findall(text)):
            yield "tags differ"
        if source[:1].isspace() != text[:1].isspace() or source[-1:].isspace() != text[-1:].isspace():
            yield "spaces at the edge differ"
