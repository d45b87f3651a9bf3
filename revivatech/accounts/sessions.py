"""Sessions in the database, as Django keeps them; the question that every request with a cookie asks is put together once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from revivatech.platform import clock
from revivatech.platform.questions import Question


def _known(key: str, now: Any) -> Any:
    return DatabaseSessions.get_model_class().objects.filter(session_key=key, expire_date__gt=now)


_KNOWN: Question[Any] = Question(_known)
OURS = "revivatech.accounts.backends.Backend"


class SessionStore(DatabaseSessions):
    def _get_session_from_db(self) -> Any:
        found = _KNOWN.first(key=self.session_key, now=clock.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        known: dict[str, Any] = super().decode(session_data)
        if BACKEND_SESSION_KEY in known:  # who signed in when the backend was allauth's own stays signed in
            known[BACKEND_SESSION_KEY] = OURS
        return known
