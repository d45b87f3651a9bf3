"""The service worker's script: `worker.js` with what it is to know written before it."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .context import Face


@cache
def _source() -> str:
    return Path(__file__).with_name("worker.js").read_text("utf-8")


def script(request: HttpRequest, face: Face) -> str:
    """Changes with whatever the kept pages show, so that a browser takes the new ones as soon as there are any."""
    pages: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            pages.setdefault(reverse("site:offline"), render_to_string("site/offline.html", request=request))
    core = [staticfiles_storage.url("ui/css/ui.css"), *filter(None, (face.style_sheet, face.logo))]
    told = {
        "version": hashlib.sha256(repr((_source(), pages, core)).encode()).hexdigest()[:16],
        "assets": getattr(staticfiles_storage, "manifest_hash", ""),
        "static": settings.STATIC_URL,
        "pages": list(pages),
        "core": core,
    }
    return f"const TOLD = {json.dumps(told)};\n{_source()}"
