"""Closed for a moment, on purpose: a file in the data folder says so, for the database may be what is being worked on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Problem

RETRY_SECONDS = 120


class Maintenance(Problem):
    """The shop's pages are being worked on; what was stored stays stored."""

    code = "maintenance"
    status = 503
    title = _("We are working on these pages")


def path() -> Path:
    return _in(settings.DATA_DIR)


@cache
def _in(folder: Path) -> Path:
    return Path(folder) / "maintenance.txt"


def words() -> str | None:
    """What the visitors are told; None while the pages are open. Asked with every request, nearly always in vain."""
    if not path().exists():
        return None
    try:
        return path().read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
