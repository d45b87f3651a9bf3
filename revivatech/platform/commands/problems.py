"""What stops a command. Shown as one sentence, never as a traceback."""

from __future__ import annotations


class StopError(Exception):
    """The command cannot go on; `str()` is a sentence that says why and what to do."""


# Begins the line in which `prepare` hands the owner's link to `serve`.
OWNER_LINK = "owner-link: "
