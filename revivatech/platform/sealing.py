"""Seal secrets that the database must hold but never show: a copy of the database alone opens none of them.

The keys live in `sealing.key` in the data folder, one a line, newest first. To change the key put a new line on top:
old seals still open, new ones use the new key. Several app servers share one file; a backup must carry it.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .problems import Conflict
from .secrets import load_or_create_key


class SealBroken(Conflict):
    """The key that sealed this is not in the key file any more, or the stored text was altered."""

    code = "seal_broken"
    title = _("A stored secret cannot be opened with this installation's key. Enter it again.")


def seal(text: str) -> str:
    """`text` encrypted and authenticated, as ASCII. Sealing the same text twice gives two different seals."""
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed, or `SealBroken`."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def key_file() -> Path:
    return Path(settings.DATA_DIR) / "sealing.key"


def _keys() -> MultiFernet:
    lines = load_or_create_key(key_file()).split()
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(line.encode()).digest())) for line in lines])
