"""What browser modules say comes from the server, in the language of the page."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from django.test import Client
from django.utils import translation

import revivatech
from revivatech.platform.ui.texts import TEXTS, ui_texts

ROOT = Path(revivatech.__file__).parent


def modules() -> dict[str, str]:
    return {path.name: path.read_text() for path in ROOT.rglob("static/**/*.js") if "vendor" not in path.parts}


def test_every_text_a_module_says_is_sent_and_none_is_left_over() -> None:
    said = {
        name
        for script in modules().values()
        if re.search(r'import texts from "[^"]*texts\.js"', script)
        for name in re.findall(r"\btexts\.(?!js\b)(\w+)", script)
    }
    sent = [name for group in TEXTS.values() for name in group]
    assert said == set(sent)
    assert len(sent) == len(set(sent))


def test_they_come_in_the_language_of_the_page(db: None, client: Client) -> None:
    page = client.get("/").content.decode()
    (given,) = re.findall(r'<meta name="ui-texts" content="([^"]*)">', page)
    assert json.loads(html.unescape(given)) == json.loads(ui_texts("ui", "unsent"))
    with translation.override("en"):
        assert json.loads(ui_texts("unsent"))["unsentTry"] == "Try now"
