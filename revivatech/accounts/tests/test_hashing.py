"""A rush of sign-ins takes its own threads and a short queue, and no more."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.contrib.auth.hashers import check_password, make_password

from revivatech.accounts.hashing import Hashes
from revivatech.platform.problems import TooMany


def test_who_finds_the_queue_full_is_sent_away_at_once_and_may_come_back() -> None:
    hashes, begun, go_on, done = Hashes(at_once=1, waiting=1), Event(), Event(), []

    def long_hash() -> bool:
        begun.set()
        return go_on.wait(10)

    sign_ins = [Thread(target=lambda: done.append(hashes.do(long_hash))) for _ in range(2)]
    for sign_in in sign_ins:
        sign_in.start()
        assert begun.wait(10)
    while hashes.room.acquire(blocking=False):  # the second one is not in the queue yet
        hashes.room.release()
    with pytest.raises(TooMany) as refused:
        hashes.do(lambda: True)
    assert refused.value.retry_after == 2
    go_on.set()
    for sign_in in sign_ins:
        sign_in.join(10)
    assert done == [True, True]
    assert hashes.do(lambda: "room again") == "room again"


def test_who_waits_too_long_gives_the_thread_back() -> None:
    hashes, go_on = Hashes(at_once=1, waiting=1, patience=0.05), Event()
    with pytest.raises(TooMany):
        hashes.do(lambda: go_on.wait(10))
    go_on.set()
    assert Hashes().do(lambda: 7) == 7


def test_what_fails_fails_at_the_caller_and_leaves_room() -> None:
    hashes = Hashes(at_once=1, waiting=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            hashes.do(lambda: 1 / 0)


def test_passwords_are_hashed_there() -> None:
    encoded = make_password("three wise goats")
    assert encoded.startswith("argon2$argon2id$")
    assert check_password("three wise goats", encoded)
    assert not check_password("three wise boats", encoded)
