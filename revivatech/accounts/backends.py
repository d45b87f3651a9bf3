"""Who signs in as allauth has it; the question who somebody is, asked with every page of theirs, is put together once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from revivatech.platform.questions import Question

from .models import User

_KNOWN = Question(lambda pk: User.objects.filter(pk=pk))


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> User | None:
        user = _KNOWN.first(pk=int(user_id))
        return user if user and self.user_can_authenticate(user) else None
