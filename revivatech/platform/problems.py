"""Expected failures. A feature declares its own beside itself; one renderer shows them as a page or problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Problem(Exception):  # noqa: N818 - the field calls it a problem (RFC 9457)
    """An expected failure with a stable `code`, an HTTP status and a sentence that says what to do next.

    `extra` goes into problem+json as it is and to the HTML template as `problem.extra`: JSON types only.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[Text] = _("That did not work")

    def __init__(self, detail: Text = "", **extra: Any) -> None:
        self.detail = detail or self.title
        self.extra = extra
        super().__init__(str(self.detail))

    def as_json(self) -> dict[str, Any]:
        return {
            "type": f"urn:revivatech:problem:{self.code}",
            "code": self.code,
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            **self.extra,
        }


class Unreadable(Problem):
    """The body is not what was announced: broken JSON, a form without its end, a forged host."""

    code = "unreadable"


class TooLarge(Problem):
    code = "too_large"
    status = 413
    title = _("That is more than we take at once. Send less.")


class NotAllowed(Problem):
    """The address is there and does not answer to this method; the header `Allow` names those it answers to."""

    code = "method_not_allowed"
    status = 405
    title = _("This address cannot be asked in that way")


class NotFound(Problem):
    """Missing, or not for this actor to know of."""

    code = "not_found"
    status = 404
    title = _("We could not find that")


class Denied(Problem):
    code = "denied"
    status = 403
    title = _("You are not allowed to do that")


class SecondFactorRequired(Denied):
    code = "second_factor_required"
    title = _("Set up a second sign-in step first")


class SignInRequired(Problem):
    code = "sign_in_required"
    status = 401
    title = _("Sign in to go on")


class Conflict(Problem):
    """The thing changed meanwhile, or is in a state that does not allow this."""

    code = "conflict"
    status = 409
    title = _("This has changed meanwhile")


class Gone(Problem):
    code = "gone"
    status = 410
    title = _("This link no longer works")


class TooMany(Problem):
    """`retry_after` seconds go into the Retry-After header."""

    code = "too_many"
    status = 429
    title = _("Too many tries; please wait a little")

    def __init__(self, detail: Text = "", *, retry_after: int = 60, **extra: Any) -> None:
        self.retry_after = retry_after
        super().__init__(detail, retry_after=retry_after, **extra)


class Invalid(Problem):
    """Bad input, by field: `Invalid({"email": ["Enter an e-mail address"]})`. The empty field name is the whole form."""

    code = "invalid"
    status = 422
    title = _("Please check what you entered")

    def __init__(self, errors: Mapping[str, Sequence[Text]] | Text, **extra: Any) -> None:
        fields = errors if isinstance(errors, Mapping) else {"": [errors]}
        self.errors = {name: [str(message) for message in messages] for name, messages in fields.items()}
        first = next((messages[0] for messages in self.errors.values() if messages), "")
        super().__init__(first, errors=self.errors, **extra)
