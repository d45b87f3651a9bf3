"""Writing over the API: once for each key, only what an operation offers, and nothing for whoever may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from revivatech.accounts import actions as people
from revivatech.accounts.actors import actor_of
from revivatech.accounts.models import User
from revivatech.api import api
from revivatech.booking.models import Booking
from revivatech.integrations import actions
from revivatech.platform import clock
from revivatech.platform.api.who import Who
from revivatech.platform.files.storing import MAX_BYTES
from revivatech.repairs.models import Note, Repair
from revivatech.shop.models import Location
from revivatech.testing.api import ApiCaller, as_person, with_key
from revivatech.testing.booking import make_service
from revivatech.testing.factories import make_repair

KEY = "0123456789abcdef0123"
OTHER = "fedcba98765432100000"


@pytest.fixture
def repair(shop: Location, alice: User) -> Repair:
    return make_repair(location=shop, customer=alice.customer, status="initial_assessment")


def test_the_same_key_writes_once_and_answers_the_same(repair: Repair, tess: User) -> None:
    path, body = f"/api/v1/repairs/{repair.code}/notes", {"body": "Hello"}
    first = as_person(tess).post(path, body, key=KEY)
    again = as_person(tess).post(path, body, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Note.objects.count() == 1
    other = as_person(tess).post(path, {"body": "Something else"}, key=KEY)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert as_person(tess).post(path, body, key=OTHER).status_code == 201
    assert Note.objects.count() == 2


def test_keys_of_two_people_do_not_meet(repair: Repair, tess: User, mona: User) -> None:
    path, body = f"/api/v1/repairs/{repair.code}/notes", {"body": "Hello"}
    ids = {as_person(who).post(path, body, key=KEY).json()["id"] for who in (tess, mona)}
    assert len(ids) == Note.objects.count() == 2


def test_a_refusal_is_not_kept(repair: Repair, tess: User) -> None:
    path = f"/api/v1/repairs/{repair.code}/moves"
    move = {"to": "diagnosis", "version": repair.version + 1}
    assert as_person(tess).post(path, move, key=KEY).json()["code"] == "changed_meanwhile"
    assert as_person(tess).post(path, {**move, "version": repair.version}, key=KEY).status_code == 200
    repair.refresh_from_db()
    assert repair.status == "diagnosis"


@pytest.mark.parametrize("key", ["short", "a" * 201, "0123456789abcde\u00e9", "0123456789 abcdef"])
def test_keys_that_could_be_somebody_elses_are_refused(repair: Repair, tess: User, key: str) -> None:
    answer = as_person(tess).post(f"/api/v1/repairs/{repair.code}/notes", {"body": "Hello"}, key=key)
    assert answer.status_code == 422
    assert Note.objects.count() == 0


def booking_body(shop: Location) -> dict[str, Any]:
    first = clock.now().date() + timedelta(days=3)
    days = {"location": shop.pk, "from": first, "to": first + timedelta(days=3)}
    slot = ApiCaller().get("/api/v1/slots", **days).json()["items"][0]
    wanted = {"category": "smartphone", "described": "Fairphone 5", "services": ["screen"]}
    price = ApiCaller().post("/api/v1/prices", {"devices": [wanted]}).json()
    return {
        "devices": [{**wanted, "description": "The glass is broken.", "backup": "full"}], "location": shop.pk,
        "starts_at": slot["starts_at"], "contact": {"name": "Ada", "email": "ada@example.com"},
        "shown_pence": price["total_pence"], "terms_version": ApiCaller().get("/api/v1/shop").json()["terms_version"],
    }  # fmt: skip


def test_a_booking_is_made_once_and_only_at_the_price_shown(shop: Location) -> None:
    make_service("screen")
    body = booking_body(shop)
    assert ApiCaller().post("/api/v1/bookings", {**body, "shown_pence": 1}).json()["code"] == "price_changed"
    assert Booking.objects.count() == 0
    made = ApiCaller().post("/api/v1/bookings", body, key=KEY)
    assert made.status_code == 201, made.content
    assert ApiCaller().post("/api/v1/bookings", body, key=KEY).json()["code"] == made.json()["code"]
    booking = Booking.objects.get()
    assert (booking.source, booking.total_pence) == ("api", body["shown_pence"])
    assert Repair.objects.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"source": "counter"},
        {"total_pence": 1},
        {"customer_id": 1},
        {"status": "arrived"},
        {"token": "a" * 32},
        {"by": 1},
    ],
)
def test_no_field_is_set_that_an_operation_does_not_offer(shop: Location, more: dict[str, Any]) -> None:
    make_service("screen")
    answer = ApiCaller().post("/api/v1/bookings", {**booking_body(shop), **more})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [next(iter(more))])
    assert Booking.objects.count() == 0


def test_nobody_changes_what_is_not_theirs(repair: Repair, bob: User, eve: User, alice: User) -> None:
    before = Repair.objects.values().get()
    for who, status in ((bob, 404), (eve, 404), (alice, 403)):
        for path, body in (
            ("moves", {"to": "diagnosis"}), ("notes", {"body": "Mine now"}),
            ("handover", {"received_by": "Me", "method": "collected", "identity": "name"}),
        ):  # fmt: skip
            assert as_person(who).post(f"/api/v1/repairs/{repair.code}/{path}", body).status_code == status, (who, path)
    assert Repair.objects.values().get() == before
    assert Note.objects.count() == 0


def test_the_clock_of_a_job_is_turned_by_whoever_works_on_it(repair: Repair, tess: User, alice: User) -> None:
    path = f"/api/v1/repairs/{repair.code}"
    as_person(tess).post(f"{path}/moves", {"to": "diagnosis"})
    started = as_person(tess).post(f"{path}/clock", {"turn": "start"})
    assert started.status_code == 200, started.content
    assert [(row["technician"], row["ended_at"]) for row in started.json()["items"]] == [("Tess", None)]
    stopped = as_person(tess).post(f"{path}/clock", {"turn": "stop"}).json()["items"]
    assert stopped[0]["ended_at"] is not None
    assert as_person(alice).get(f"{path}/time").status_code == 403
    assert as_person(alice).post(f"{path}/clock", {"turn": "start"}).status_code == 403


Op = tuple[str, str, Who]


def operations() -> list[Op]:
    """Method, path with things that exist nowhere, and the condition of each operation."""
    found = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            filled = path.replace("{code}", "RT-0000000").replace("{uuid}", "00000000-0000-4000-8000-000000000000")
            for operation in view.operations:
                (who,) = operation.auth_callbacks
                assert isinstance(who, Who)
                found += [
                    (method, "/api/v1" + filled.replace("{token}", "a" * 32), who) for method in operation.methods
                ]
    return found


@pytest.fixture
def callers(shop: Location, tess: User, olga: User) -> dict[str, ApiCaller]:
    """Those that open nothing: a suspended person, an expired and a withdrawn key, and a key made for something else."""

    def key(**more: Any) -> Any:
        asked = {
            "name": "Till",
            "scopes": ["messages.view"],
            "location_id": None,
            "days": 1,
            "per_minute": 6000,
            **more,
        }
        return actions.make_key(**asked, by=actor_of(olga))

    suspended = as_person(tess)
    people.suspend(tess.pk, by=actor_of(olga))
    expired, revoked, scopeless = key(), key(), key()
    with transaction.atomic():
        expired[0].created_at = clock.now() - timedelta(days=3)
        expired[0].expires_at = clock.now() - timedelta(days=1)
        expired[0].save()
    actions.revoke_key(revoked[0].pk, by=actor_of(olga))
    return {
        "visitor": ApiCaller(), "suspended": suspended, "expired key": with_key(expired[1]),
        "revoked key": with_key(revoked[1]), "key without scope": with_key(scopeless[1]),
        "expired token": ApiCaller(access_token_of_yesterday(olga)),
    }  # fmt: skip


def access_token_of_yesterday(user: User) -> str:
    import time

    import jwt
    from django.conf import settings

    from revivatech.testing.api import access_token

    claims = jwt.decode(access_token(user), options={"verify_signature": False})
    late = {**claims, "iat": int(time.time()) - 90_000, "exp": int(time.time()) - 86_400}
    return jwt.encode(late, settings.HEADLESS_JWT_PRIVATE_KEY)


def test_every_operation_is_closed_to_whoever_has_no_leave(callers: dict[str, ApiCaller]) -> None:
    """Each says who may call it. What is not public answers 401, or 403 to a key that was made for something else."""
    assert len(operations()) >= 60
    for name, caller in callers.items():
        send: Callable[..., Any] = caller.client.generic
        for method, path, who in operations():
            answer = send(method, path, b"{}", content_type="application/json")
            if name in ("visitor", "key without scope") and who.public:
                assert answer.status_code in (200, 404, 422), (name, method, path)
                continue
            expected = 403 if name == "key without scope" else 401
            assert answer.status_code == expected, (name, method, path, answer.content)


def test_what_is_refused_says_why_by_a_code_that_stays(repair: Repair, tess: User, fred: User) -> None:
    api, there = as_person(tess), f"/api/v1/repairs/{repair.code}"
    upload = SimpleUploadedFile("big.jpg", b"\xff" * (MAX_BYTES + 1), "image/jpeg")
    answers = {
        "method_not_allowed": (405, api.client.delete(there)),
        "too_large": (413, api.post(f"{there}/notes", {"body": "x" * 3_000_000}, key="a-note-of-three-megabytes")),
        "file_too_big": (413, api.client.post(f"{there}/files", {"file": upload, "label": "before"})),
        "invalid": (422, api.get("/api/v1/repairs", cursor="LTE")),  # a cursor in form, and of no list of ours
        "bad_refresh_token": (400, ApiCaller().post("/api/v1/tokens/refresh", {"refresh_token": "nobodys"})),
        "email_password_mismatch": (
            400,
            ApiCaller().post("/api/v1/auth/login", {"email": fred.email, "password": "x"}),
        ),
    }
    for code, (status, answer) in answers.items():
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
        assert answer["Content-Type"] == "application/problem+json"
    assert answers["method_not_allowed"][1]["Allow"] == "GET"
    for who, status in ((fred, 200), (tess, 403)):
        assert as_person(who).post("/api/v1/live", {"topics": ["claims"]}).status_code == status, who
