"""Passwords are hashed without taking the web process away from everybody else.

One hash keeps a core busy for a tenth of a second or more, so a rush of sign-ins could hold every thread that answers requests.
Here they queue before two threads of their own, in a short queue; who finds it full is told to come back.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import TooMany

AT_ONCE = 2  # hashes a process works on at the same time
WAITING = 2  # requests that may wait behind them: with both, half of a web process's threads at most
PATIENCE = 5.0  # seconds, after which a request that waits gives its thread back
COME_BACK = 2  # seconds
LESS_URGENT = 5  # on the scale of nice: a page that wants the processor gets it first


class Hashes:
    """Threads that hash, and the room before them. One for each process, made with its first hash, so after the fork."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self.room, self.patience = threading.BoundedSemaphore(at_once + waiting), patience
        self.threads = ThreadPoolExecutor(at_once, thread_name_prefix="hash", initializer=_step_back)

    def do[T](self, work: Callable[[], T]) -> T:
        """Raises `TooMany` at once when there is no room, or when it took too long."""
        if not self.room.acquire(blocking=False):
            raise _busy()
        hashing: Future[T] = self.threads.submit(work)
        hashing.add_done_callback(lambda _done: self.room.release())
        try:
            return hashing.result(self.patience)
        except TooLong:
            hashing.cancel()
            raise _busy() from None


class Hasher(Argon2PasswordHasher):
    """Argon2 with Django's parameters."""

    def encode(self, password: str, salt: str) -> str:
        whole = super().encode
        return hashes.do(lambda: whole(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        whole = super().verify
        return hashes.do(lambda: whole(password, encoded))


def _busy() -> TooMany:
    return TooMany(
        _("Many people are signing in at this moment. Please try again in a few seconds."), retry_after=COME_BACK
    )


def _step_back() -> None:
    with contextlib.suppress(OSError):  # a system on which a thread has no niceness of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)


hashes = Hashes()  # starts no thread by itself
