"""One style sheet over the wire, many small files to read: `@import … layer(…)` is written out at collectstatic."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from .modules import JOINED, join_modules

BUNDLES = ("ui/css/ui.css",)

_IMPORT = re.compile(r'@import "(?P<path>[^"]+)" layer\((?P<layer>[\w.-]+)\);')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(r"\s*\n\s*")


def inline_imports(path: str, read: Callable[[str], str]) -> str:
    """The style sheet at `path` with each import replaced by its layer block, without comments and indentation.

    Imports are one level deep and relative; the files they name use `url()` for data only.
    """

    def block(found: re.Match[str]) -> str:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"]))
        return f"@layer {found['layer']} {{\n{read(name)}\n}}"

    return _BLANK.sub("\n", _COMMENT.sub("", _IMPORT.sub(block, read(path)))).strip() + "\n"


def own_scripts(names: Iterable[str]) -> set[str]:
    """The modules we wrote: what others published imports nothing of ours."""
    return {name for name in names if name.endswith(".js") and "/vendor/" not in name}


class InlineImports(Storage):
    """For a static files storage: style sheets and scripts are joined from the sources on every run, before they are hashed."""

    def post_process(self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        def read(name: str) -> str:
            storage, source = paths[name]
            with storage.open(source) as file:
                return str(file.read().decode())

        if not dry_run:
            made = {name: inline_imports(name, read) for name in BUNDLES if name in paths}
            for name in JOINED:
                made |= join_modules(name, read, sorted(own_scripts(paths))) if name in paths else {}
            for name, content in made.items():
                self.delete(name)
                self.save(name, ContentFile(content.encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)  # type: ignore[misc]
