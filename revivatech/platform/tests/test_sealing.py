"""Sealed secrets: not readable without the key file, not alterable, and the key can change."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.conf import LazySettings

from revivatech.platform.sealing import SealBroken, key_file, seal, unseal


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("text", ["", "secret", "sésame 🔑", "x" * 100_000])
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = seal(text)
    assert unseal(sealed) == text
    assert sealed.isascii()
    assert seal(text) != sealed


def test_only_the_owner_reads_the_key() -> None:
    seal("secret")
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600


def test_another_key_or_an_altered_seal_opens_nothing() -> None:
    sealed = seal("secret")
    for broken in (sealed[:-2] + "xx", sealed[::-1], "", "ünreadable"):
        with pytest.raises(SealBroken):
            unseal(broken)
    key_file().write_text("another-key")
    with pytest.raises(SealBroken):
        unseal(sealed)


def test_a_new_key_on_top_keeps_old_seals_readable() -> None:
    old = seal("secret")
    key_file().write_text("a-new-key\n" + key_file().read_text())
    assert unseal(old) == "secret"
    fresh = seal("secret")
    key_file().write_text("a-new-key\n")
    assert unseal(fresh) == "secret"
    with pytest.raises(SealBroken):
        unseal(old)
