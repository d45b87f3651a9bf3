"""What `revivatech serve` refuses, in one sentence. How it starts, stops and gets up again: `e2e/test_chaos.py`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from revivatech.testing.serving import COMMAND, environment

pytestmark = pytest.mark.slow


def refusal(*options: str, env: dict[str, str] | None = None) -> str:
    """The one sentence of a start that must fail."""
    done = subprocess.run(
        [*COMMAND, "serve", *options], env=env or environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("revivatech: ")
    return lines[0]


@pytest.mark.parametrize("option", ["--port", "--live-port"])
def test_a_taken_port_is_told_in_one_sentence(
    tmp_path: Path, option: str, taken_port: int, free_ports: Callable[[int], list[int]]
) -> None:
    other = "--live-port" if option == "--port" else "--port"
    told = refusal("--data-dir", str(tmp_path), option, str(taken_port), other, str(free_ports(1)[0]))
    assert f"Port {taken_port} is taken by another program" in told
    assert told.endswith(f"choose another port with {option}.")


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert "cannot be written" in refusal("--data-dir", str(in_the_way / "shop"))


def test_a_database_that_cannot_be_reached_is_told_in_one_sentence(tmp_path: Path, free_port: int) -> None:
    url = f"postgresql://shop:secret@127.0.0.1:{free_port}/shop"
    told = refusal("--data-dir", str(tmp_path), env=environment(DATABASE_URL=url))
    assert "The database in DATABASE_URL cannot be reached" in told
    assert "secret" not in told


def test_an_address_of_another_machine_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert "Cannot listen at 192.0.2.1" in refusal("--data-dir", str(tmp_path), "--host", "192.0.2.1")
