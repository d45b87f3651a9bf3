from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from revivatech.platform.secrets import EmptyKeyError, load_or_create_key


def test_many_processes_end_with_one_key_that_others_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:  # a fork of threads may hang
        keys = set(pool.map(load_or_create_key, [path] * 8))
    assert keys == {path.read_text()}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_a_key_that_was_lost_is_not_quietly_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_text("\n")
    with pytest.raises(EmptyKeyError, match="put it back from a backup"):
        load_or_create_key(path)
    assert path.read_text() == "\n"
