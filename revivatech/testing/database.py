"""The test's own database, for processes that a test starts."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from django.db import connection


def database_address() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return f"{parts.scheme}://{parts.netloc}/{connection.settings_dict['NAME']}?{parts.query}"
