"""The virus-scan hook: any program that reads the file from standard input and exits 0 (clean) or 1 (infected).

`REVIVATECH_SCAN_COMMAND="clamdscan --no-summary -"`. Without it nothing is scanned, and doctor says so.
"""

from __future__ import annotations

import logging
import shlex
import subprocess
from typing import Literal

from django.conf import settings

from .problems import Infected, ScannerSilent

SECONDS = 60
_logger = logging.getLogger(__name__)


def state() -> Literal["off", "live"]:
    return "live" if settings.SCAN_COMMAND.strip() else "off"


def scan(data: bytes, name: str) -> None:
    """Raise Infected, or ScannerSilent when there is no verdict. Returns when the file is clean or scanning is off."""
    if state() == "off":
        return
    verdict = run(data)
    if verdict == 1:
        raise Infected(name)
    if verdict != 0:
        raise ScannerSilent(name)


def run(data: bytes) -> int | None:
    """The scanner's exit code; None when it could not be started or did not end in time."""
    try:
        done = subprocess.run(
            shlex.split(settings.SCAN_COMMAND), input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        _logger.error("the virus scanner gave no verdict: %s", type(problem).__name__)
        return None
    if done.returncode not in (0, 1):
        _logger.error(
            "the virus scanner failed with %s: %s", done.returncode, done.stderr[-500:].decode(errors="replace")
        )
    return done.returncode
