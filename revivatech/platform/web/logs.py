"""Structured logs with request ids: readable lines by default, one JSON object a line when asked.

Secrets stay out: tracebacks print no local variables, and the secret part of a private link is cut from every line.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from typing import Any

import structlog

from .request_id import current_request_id

# 24 or more URL-safe characters after a slash are a private link's token: /track/…, /bookings/…, /first/…, /join/…
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{24,}(?=/|$|[?\s\"'])")


def _add_request_id(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if request_id := current_request_id():
        event["request_id"] = request_id
    return event


def _cut_tokens(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Whoever reads the log must not be able to open a customer's page."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = _TOKEN.sub("…", value)
    return event


def logging_config(style: str, *, level: str) -> None:
    """Send everything to standard error. `style` is `text` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]
    final: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _cut_tokens,
    ]
    if style == "json":
        final.append(structlog.processors.JSONRenderer())
    else:
        final.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": final,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "procrastinate": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},
            },
        }
    )
