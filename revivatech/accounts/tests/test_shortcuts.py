"""Keyboard shortcuts: the page tells the truth about them, and each person may switch them off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from revivatech.accounts import actions
from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.problems import NotFound
from revivatech.platform.ui.navigation import STAFF
from revivatech.platform.ui.shortcuts import SHORTCUTS

SignIn = Callable[[User], Client]
As = Callable[[User], Actor]
ROOT = Path(__file__).resolve().parents[2]


def test_the_page_lists_every_key_there_is() -> None:
    found = {item.key for _title, items in STAFF for item in items if item.key} | {"?"}
    for path in [*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("platform/ui/templates/ui/layout/**/*.html")]:
        text = path.read_text()
        found |= set(re.findall(r'data-key="([^"{]+)"', text)) | set(re.findall(r'"data-key": "([^"]+)"', text))
    for path in ROOT.glob("*/static/**/*.js"):
        found |= set(re.findall(r'(?m)^\s*shortcut\("([^"]+)"', path.read_text()))
    assert {keys for _title, rows in SHORTCUTS for keys, _words in rows} == found


def test_switched_off_and_on_again(tess: User, sign_in: SignIn, actor: As) -> None:
    client, here = sign_in(tess), reverse("accounts:shortcuts")
    page = client.get(here).content.decode()
    assert "Switch them off" in page
    assert "data-keys-off" not in page
    client.post(here, {"keys": "off"})
    page = client.get(here).content.decode()
    assert "Switch them on" in page
    assert "data-keys-off" in page
    assert "data-keys-off" in client.get(reverse("repairs:queue")).content.decode()
    actions.choose_shortcuts(False, by=actor(tess))
    assert EventRecord.objects.filter(name="user.profile_changed").count() == 1
    client.post(here, {"keys": "on"})
    assert "data-keys-off" not in client.get(reverse("repairs:queue")).content.decode()


@pytest.mark.parametrize("who", ["alice", "eve"])
def test_the_page_is_for_staff(who: str, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("accounts:shortcuts")).status_code == 403


def test_a_visitor_chooses_nothing(db: None) -> None:
    with pytest.raises(NotFound):
        actions.choose_shortcuts(False, by=visitor())
