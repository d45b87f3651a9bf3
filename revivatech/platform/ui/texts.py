"""The sentences browser modules say, in the page's language. A module imports ui/js/texts.js and holds none of its own.

Every page carries the groups `ui` and `unsent`; a page that loads files.js carries its group as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: Mapping[str, Mapping[str, Promise]] = {
    "ui": {
        "allShortcuts": _("All of them, and how to switch them off"),
        "cancel": _("Cancel"),
        "clear": _("Clear"),
        "close": _("Close"),
        "copied": _("Copied"),
        "copyFailed": _("Copying did not work. Select the text and copy it by hand."),
        "failed": _("That did not work. Try again in a moment."),
        "hide": _("Hide"),
        "asOf": _("No connection. This is the page as you last saw it:"),
        "installApple": _("Tap Share, then Add to Home Screen."),
        "offline": _("No connection. What you typed is still here; try again when you are back online."),
        "outdated": _("This page no longer updates itself. Reload it to see the present state."),
        "restored": _("We put back what you had typed here."),
        "show": _("Show"),
        "shortcuts": _("Keyboard shortcuts"),
        "yes": _("Yes, go on"),
    },
    "uploads": {
        "uploadCancel": _("Cancel"),
        "uploadForget": _("Remove from the list"),
        "uploadKept": _("Not sent yet. It is kept on this device and goes when the line is back."),
        "uploadPreparing": _("Received; being checked …"),
        "uploadRetry": _("Try again"),
        "uploadSaved": _("Saved: "),
        "uploadSending": _("Sending …"),
        "uploadSignIn": _("You are signed out. Sign in again in another tab, then try again."),
        "uploadTooBig": _("This file is larger than 15 MB. Send a smaller version."),
        "uploadWaiting": _("Waiting …"),
    },
    "list": {
        "nextRepair": _("Next repair"),
        "previousRepair": _("Previous repair"),
        "openRepair": _("Open it"),
    },
    "unsent": {
        "unsentKept": _("Kept on this device, not sent yet"),
        "unsentRefused": _("Not taken by the server. Open it and look again"),
        "unsentSent": _("Sent now"),
        "unsentTry": _("Try now"),
        "unsentOpen": _("Open"),
        "unsentDiscard": _("Discard"),
        "unsentSure": _("Discard what was typed?"),
    },
}


def ui_texts(*groups: str) -> str:
    """JSON for `<meta name="ui-texts">`."""
    return _said(translation.get_language(), groups)


@lru_cache(maxsize=200)
def _said(_language: str | None, groups: tuple[str, ...]) -> str:
    return json.dumps(
        {name: str(words) for group in groups for name, words in TEXTS[group].items()}, ensure_ascii=False
    )
