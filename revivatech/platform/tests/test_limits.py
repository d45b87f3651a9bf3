"""Rate limits and doing things once, also when everybody comes at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory

from revivatech.platform import clock, idempotency, limits
from revivatech.platform.idempotency import IdempotencyKey, KeyReused, once
from revivatech.platform.limits import RateLimit, Use, address_block, client_address, hit, hit_all
from revivatech.platform.problems import Conflict, TooMany
from revivatech.platform.web.client import address_behind_proxies

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def allowed(key: str = "alice", *, limit: int = 3, per: int = 60) -> bool:
    try:
        hit("booking", key, limit=limit, per=per)
    except TooMany:
        return False
    return True


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act` in `count` threads that start at the same moment, each on a connection of its own."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait(timeout=10)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@pytest.mark.django_db
def test_the_allowance_is_used_up_and_refills_evenly() -> None:
    with clock.frozen(NOON):
        assert [allowed() for _ in range(5)] == [True, True, True, False, False]
        with pytest.raises(TooMany) as caught:
            hit("booking", "alice", limit=3, per=60)
        assert (caught.value.retry_after, caught.value.status) == (20, 429)
    with clock.frozen(NOON + timedelta(seconds=19, milliseconds=900)):
        assert not allowed()
    with clock.frozen(NOON + timedelta(seconds=20)):
        assert [allowed(), allowed()] == [True, False]
    with clock.frozen(NOON + timedelta(hours=1)):
        assert [allowed() for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_keys_and_scopes_do_not_share() -> None:
    with clock.frozen(NOON):
        assert [allowed("alice", limit=1), allowed("bob", limit=1), allowed("alice", limit=1)] == [True, True, False]
        hit("sign-in", "alice", limit=1, per=60)


@pytest.mark.django_db
def test_several_are_counted_in_one_statement(
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    def both(*more: Use) -> None:
        hit_all(Use("booking", "alice", limit=2, per=60), Use("booking", "203.0.113.7", limit=3, per=3600), *more)

    with clock.frozen(NOON):
        with django_assert_num_queries(1):
            both()
        both(Use("booking", "alice", limit=2, per=60))  # the same one twice is one use
        with pytest.raises(TooMany) as caught:
            both()
        assert caught.value.retry_after == 30
        with pytest.raises(TooMany) as caught:  # the address was counted each time
            both()
        assert caught.value.retry_after == 1200
    with clock.frozen(NOON + timedelta(seconds=1200)):
        both()


@pytest.mark.django_db
def test_a_use_counts_although_what_it_was_for_is_undone() -> None:
    def tried() -> str:
        try:
            with limits.even_if_undone(), transaction.atomic():
                hit("code", "alice", limit=2, per=60)
                raise Conflict("wrong")
        except (Conflict, TooMany) as problem:
            return problem.code

    with clock.frozen(NOON):
        assert [tried() for _ in range(4)] == ["conflict", "conflict", "too_many", "too_many"]


@pytest.mark.django_db
def test_the_table_holds_no_addresses_and_forgets() -> None:
    with clock.frozen(NOON):
        hit("booking", "203.0.113.7", limit=3, per=60)
        row = RateLimit.objects.get()
        assert (row.scope, len(row.key), row.full_at) == ("booking", 64, NOON + timedelta(seconds=20))
        assert set(row.key) <= set("0123456789abcdef")
        assert limits.forget_old() == 0
    with clock.frozen(NOON + timedelta(seconds=21)):
        assert limits.forget_old() == 1


@pytest.mark.django_db
def test_counts_are_not_worth_a_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'platform_ratelimit'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_take_exactly_five_places() -> None:
    took = together(30, lambda _: allowed(limit=5, per=86_400))
    assert sorted(took) == [False] * 25 + [True] * 5


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.9", "", 0, "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1", 0, "203.0.113.9"),  # nobody is trusted: the header is the visitor's own word
        ("10.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9", 2, "10.0.0.1"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("10.0.0.1", "garbage", 1, "unknown"),
        ("", "", 0, "unknown"),
        ("10.0.0.1", "203.0.113.9:4711", 1, "203.0.113.9"),
        ("::ffff:203.0.113.9", "", 0, "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::1]", 1, "2001:db8::1"),
        ("fe80::1%eth0", "", 0, "fe80::1"),
    ],
)
def test_the_visitors_address(
    peer: str, forwarded: str, proxies: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert address_behind_proxies(peer, forwarded, proxies) == expected
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", proxies)
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected


def test_an_ipv6_visitor_counts_as_the_whole_network() -> None:
    assert address_block("2001:db8:1:2:3:4:5:6") == address_block("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert address_block("203.0.113.9") == "203.0.113.9"
    assert address_block("unknown") == "unknown"


@pytest.mark.django_db
def test_the_second_time_gets_the_first_answer() -> None:
    runs: list[int] = []

    def book() -> dict[str, str]:
        runs.append(1)
        return {"code": f"RT-{len(runs)}"}

    assert [once("booking", "form-1", book), once("booking", "form-1", book)] == [{"code": "RT-1"}] * 2
    assert once("booking", "form-2", book) == {"code": "RT-2"}
    assert once("other", "form-1", book) == {"code": "RT-3"}
    assert not IdempotencyKey.objects.filter(key__contains="form").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [None, 0, "", [], {}])
def test_an_empty_answer_is_an_answer(answer: Any) -> None:
    runs: list[int] = []
    for _ in range(2):
        assert once("booking", "form", lambda: runs.append(1) or answer) == answer  # type: ignore[func-returns-value]
    assert runs == [1]


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_a_conflict() -> None:
    once("api", "key", lambda: 1, content='{"a": 1}')
    assert once("api", "key", lambda: 2, content='{"a": 1}') == 1
    with pytest.raises(KeyReused):
        once("api", "key", lambda: 3, content='{"a": 2}')


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_not_remembered() -> None:
    with pytest.raises(Conflict):
        once("booking", "form", _fail)
    assert IdempotencyKey.objects.count() == 0
    assert once("booking", "form", lambda: "booked") == "booked"


def _fail() -> None:
    raise Conflict("the slot is gone")


@pytest.mark.django_db(transaction=True)
def test_ten_senders_at_once_do_it_once() -> None:
    runs: list[int] = []

    def slowly(number: int) -> int:
        runs.append(number)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")  # the others meet the key while it is being made
        return number

    answers = together(10, lambda number: once("booking", "form", lambda: slowly(number)))
    assert len(runs) == 1
    assert answers == [runs[0]] * 10


@pytest.mark.django_db(transaction=True)
def test_when_the_first_fails_the_next_in_line_does_it() -> None:
    def sometimes(number: int) -> int:
        if len(tried) < 3:
            tried.append(number)
            raise Conflict
        return number

    tried: list[int] = []

    def attempt(number: int) -> int | None:
        try:
            answer: int = once("booking", "form", lambda: sometimes(number))
        except Conflict:
            return None
        return answer

    answers = together(8, attempt)
    assert (len(tried), answers.count(None), len(set(answers) - {None})) == (3, 3, 1)


@pytest.mark.django_db
def test_old_keys_are_forgotten() -> None:
    with clock.frozen(NOON):
        once("booking", "form", lambda: 1)
    with clock.frozen(NOON + timedelta(days=2)):
        assert idempotency.forget_old() == 0
    with clock.frozen(NOON + timedelta(days=3, seconds=1)):
        assert idempotency.forget_old() == 1


@pytest.mark.django_db
def test_a_limit_of_this_process_asks_no_database(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def allowed_here(moment: datetime, key: str = "hal") -> bool:
        with clock.frozen(moment):
            try:
                limits.hit_here("reading", key, limit=3, per=60)
            except TooMany:
                return False
        return True

    monkeypatch.setattr(limits, "_here", {})
    with django_assert_num_queries(0):
        assert [allowed_here(NOON) for _ in range(4)] == [True, True, True, False]
        assert allowed_here(NOON, "eve")
        assert [allowed_here(NOON + timedelta(seconds=20)) for _ in range(2)] == [True, False]
        assert allowed_here(NOON - timedelta(days=1))  # the clock was set back
