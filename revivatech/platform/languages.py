"""Which languages there are: the folders of `revivatech/locale`, and the one the product is written in.

Settings read this, so it needs no Django settings. Adding a language is adding a folder: docs/develop/translating.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

WRITTEN_IN = "en-gb"
FOLDER = Path(__file__).resolve().parent.parent / "locale"
_PO, _MO = "LC_MESSAGES/django.po", "LC_MESSAGES/django.mo"


def codes(folder: Path = FOLDER) -> list[str]:
    """`en-gb` first, then one code for each folder that holds translations, such as `pt` or `pt-br`."""
    return [WRITTEN_IN, *sorted(to_language(path.parents[1].name) for path in folder.glob(f"*/{_PO}"))]


def named(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Each code with the language's own name for itself. The country is said only where two folders share a language."""
    found = codes(folder)
    tongues = [code.partition("-")[0] for code in found]
    return [(code, _own_name(code if tongues.count(code.partition("-")[0]) > 1 else tongue))
            for code, tongue in zip(found, tongues, strict=True)]  # fmt: skip


def _own_name(code: str) -> str:
    name: str = LANG_INFO.get(code, {}).get("name_local", code)
    return name[:1].upper() + name[1:]


def catalogues(data: Path, folder: Path = FOLDER) -> Path:
    """The folder gettext reads: every .po compiled beside itself, or into `data` where the program's folder is read-only.

    Compiled anew only when a .po is another one than its .mo was made from, so nobody has to remember it (decision 220).
    """
    stale = [po for po in sorted(folder.glob(f"*/{_PO}")) if not _made_from(po, po.with_suffix(".mo"))]
    if not stale:
        return folder
    if os.access(stale[0].parent, os.W_OK):
        for po in stale:
            compile_catalogue(po, po.with_suffix(".mo"))
        return folder
    own = data / "locale"
    for po in sorted(folder.glob(f"*/{_PO}")):
        mo = own / po.relative_to(folder).with_suffix(".mo")
        if not _made_from(po, mo):
            compile_catalogue(po, mo)
    return own


def _made_from(po: Path, mo: Path) -> bool:
    """A compiled file carries its source's time: a release that is unpacked with older times is another source, too."""
    return mo.exists() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns


def compile_catalogue(po: Path, mo: Path) -> None:
    """Several processes may start at once: each writes a file of its own and puts it into place whole."""
    from babel.messages import mofile, pofile  # 60 ms, and hardly ever needed

    with po.open("rb") as source:
        made = os.fstat(source.fileno()).st_mtime_ns
        catalogue = pofile.read_po(source)
    mo.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=mo.parent, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        mofile.write_mo(out, catalogue)
    os.chmod(name, 0o644)  # noqa: PTH101 - what mkstemp gave is a name
    os.utime(name, ns=(made, made))
    Path(name).replace(mo)


if __name__ == "__main__":  # the image is built so: its folder is read-only later
    sys.exit(0 if catalogues(Path(tempfile.gettempdir())) == FOLDER else 1)
