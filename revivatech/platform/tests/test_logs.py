"""What the log says, and what it must not say."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import logging
from revivatech.platform.web.logs import logging_config
from revivatech.platform.web.request_id import begin
logging_config({style!r}, level="INFO")
begin("request-12345")
log = logging.getLogger("shop")
log.warning("Not Found: %s", "/track/AbCdEfGhIjKlMnOpQrStUvWxYz012345/now/")
def fail():
    password = "correct horse battery"
    raise ValueError("no such thing")
try:
    fail()
except ValueError:
    log.exception("It broke")
"""


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_reaches_the_log(style: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(style=style)], capture_output=True, text=True, check=True
    )
    log = done.stderr
    assert "AbCdEfGhIjKl" not in log
    assert "correct horse" not in log
    assert "no such thing" in log
    assert log.count("request-12345") == 2
    if style == "text":
        assert "Not Found: /track/…/now/" in log
    else:
        lines = [json.loads(line) for line in log.splitlines()]
        assert lines[0]["event"] == "Not Found: /track/…/now/"
        assert "ValueError: no such thing" in lines[1]["exception"]
