"""The one exception of the embedded server. Its text is a sentence for the person who typed the command."""

from __future__ import annotations


class PostgresError(RuntimeError):
    """The database cannot be used; `str()` says why and what to do."""
