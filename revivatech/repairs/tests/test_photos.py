"""Photos of a repair: who adds, sees, shows and removes them, and what is left behind when something goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform.actors import Actor, by_link, visitor
from revivatech.platform.events.models import EventRecord
from revivatech.platform.files import jobs as sweep
from revivatech.platform.files.links import file_url
from revivatech.platform.files.models import Blob, StoredFile
from revivatech.platform.files.problems import BrokenFile, FileRefused, TooManyFiles
from revivatech.platform.problems import Denied, Invalid, NotFound, Problem, SignInRequired
from revivatech.repairs import photos
from revivatech.repairs.models import Repair
from revivatech.shop.models import Location
from revivatech.testing.factories import make_repair
from revivatech.testing.pictures import pdf, photo, upload

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def repair(shop: Location, alice: User) -> Repair:
    return make_repair(location=shop, customer=alice.customer, status="diagnosis")


def add(repair: Repair, by: Actor, data: bytes = b"", *, name: str = "crack.jpg", **facts: Any) -> StoredFile:
    facts = {"label": "before", "for_customer": False, "key": "", **facts}
    return photos.add(repair.code, upload(data or photo(), name), by=by, **facts)


def events() -> list[tuple[str, dict[str, Any]]]:
    return [(event.name, event.payload) for event in EventRecord.objects.order_by("id")]


def nothing_is_left() -> bool:
    """No blob without a row, no row without its blobs."""
    return sorted(sweep._stored()) == sorted(Blob.objects.values_list("path", flat=True))


def test_a_photo_is_kept_with_its_event(repair: Repair, tess: User, actor: As) -> None:
    sent = photo(taken="2026:03:02 10:00:00")
    file = add(repair, actor(tess), sent, for_customer=True, caption="  Cracked corner ")
    assert (file.about_kind, file.about_id, file.stage, file.label) == ("repair", repair.pk, 2, "before")
    assert (file.caption, file.uploaded_by_label, file.uploaded_by_id) == ("Cracked corner", "Tess", tess.pk)
    assert file.taken_at is not None
    (event,) = events()
    assert event == (
        "repair.photo_added",
        {
            "repair_id": repair.pk, "file_id": file.pk, "kind": "image", "label": "before", "stage": 2,
            "for_customer": True, "sha256": file.sha256,
        },
    )  # fmt: skip
    repair.refresh_from_db()
    assert repair.version == 2
    assert nothing_is_left()


def test_shown_hidden_described_removed_and_brought_back(repair: Repair, fred: User, actor: As) -> None:
    file, by = add(repair, actor(fred)), actor(fred)
    same: dict[str, Any] = {"label": "before", "caption": "", "for_customer": False, "by": by}
    photos.describe(repair.code, file.uuid, **same)
    photos.describe(repair.code, file.uuid, **{**same, "for_customer": True})
    photos.describe(repair.code, file.uuid, **{**same, "label": "after", "caption": "As new"})
    photos.remove(repair.code, file.uuid, by=by)
    photos.remove(repair.code, file.uuid, by=by)
    with pytest.raises(NotFound):
        photos.describe(repair.code, file.uuid, **same)
    photos.restore(repair.code, file.uuid, by=by)
    photos.restore(repair.code, file.uuid, by=by)
    told = [
        (name.removeprefix("repair.photo_"), payload.get("shown"), payload.get("changes")) for name, payload in events()
    ]
    assert told == [
        ("added", None, None),
        ("shown", True, None),
        ("described", None, {"label": ["before", "after"], "caption": ["", "As new"]}),
        ("shown", False, None),
        ("removed", None, None),
        ("restored", None, None),
    ]
    file.refresh_from_db()
    assert (file.label, file.caption, file.for_customer, file.deleted_at) == ("after", "As new", False, None)


# Who may see a photo: (of the location, shown to the customer, hidden, removed).
SEE = {
    "tess": (True, True, True), "fred": (True, True, True), "mona": (True, True, True), "olga": (True, True, True),
    "alice": (True, False, False), "bob": (False, False, False), "eve": (False, False, False),
    "visitor": (False, False, False), "their link": (True, False, False), "another link": (False, False, False),
    "elsewhere": (False, False, False),
}  # fmt: skip
MAY_CHANGE = {"tess", "fred", "mona", "olga"}


@pytest.fixture
def people(request: pytest.FixtureRequest, repair: Repair, manchester: Location, actor: As) -> dict[str, Actor]:
    """Everybody of the tables; `elsewhere` is a technician of Manchester."""
    from revivatech.accounts.permissions import TECHNICIAN
    from revivatech.testing.factories import make_staff

    cast = {
        name: actor(request.getfixturevalue(name)) for name in ("tess", "fred", "mona", "olga", "alice", "bob", "eve")
    }
    other = make_repair(location=repair.location)
    return {
        **cast,
        "visitor": visitor(),
        "their link": by_link("repair", repair.pk),
        "another link": by_link("repair", other.pk),
        "elsewhere": actor(make_staff(TECHNICIAN, at=manchester, email="max@repairs.example", name="Max")),
    }


def test_who_may_see(people: dict[str, Actor], repair: Repair) -> None:
    shown, hidden, removed = (
        add(repair, people["tess"], for_customer=mark != "hidden") for mark in ("shown", "hidden", "removed")
    )
    photos.remove(repair.code, removed.uuid, by=people["tess"])
    removed.refresh_from_db()
    seen = {
        name: tuple(photos.may_see(person, file) for file in (shown, hidden, removed))
        for name, person in people.items()
    }
    assert seen == SEE


def test_who_may_add_and_change(people: dict[str, Actor], repair: Repair) -> None:
    file = add(repair, people["tess"])
    before = (EventRecord.objects.count(), StoredFile.objects.values().get(), sorted(sweep._stored()))
    verbs: dict[str, Callable[[Actor], object]] = {
        "add": lambda by: add(repair, by),
        "describe": lambda by: photos.describe(
            repair.code, file.uuid, label="after", caption="x", for_customer=True, by=by
        ),
        "remove": lambda by: photos.remove(repair.code, file.uuid, by=by),
        "restore": lambda by: photos.restore(repair.code, file.uuid, by=by),
    }
    for name in people.keys() - MAY_CHANGE:
        for act in verbs.values():
            with pytest.raises((Denied, NotFound, SignInRequired)):
                act(people[name])
    assert (EventRecord.objects.count(), StoredFile.objects.values().get(), sorted(sweep._stored())) == before
    for name in sorted(MAY_CHANGE):
        for act in verbs.values():
            act(people[name])


def test_the_page_asks_the_same_policy(
    repair: Repair, people: dict[str, Actor], tess: User, alice: User, bob: User, sign_in: SignIn
) -> None:
    file = add(repair, people["tess"], for_customer=True)
    answers = {
        "tess": sign_in(tess).get(file_url(file, "small")).status_code,
        "alice": sign_in(alice).get(file_url(file, "small")).status_code,
        "bob": sign_in(bob).get(file_url(file, "small")).status_code,
        "visitor": Client().get(file_url(file, "small")).status_code,
        "link": Client().get(file_url(file, "small", signed=True)).status_code,
    }
    assert answers == {"tess": 200, "alice": 200, "bob": 404, "visitor": 404, "link": 200}


def test_tracking_shows_what_was_chosen(repair: Repair, tess: User, alice: User, actor: As, sign_in: SignIn) -> None:
    by = actor(tess)
    before, secret = add(repair, by, for_customer=True), add(repair, by)
    page = Client().get(reverse("repairs:track", args=[repair.token])).content.decode()
    assert str(before.uuid) in page
    assert str(secret.uuid) not in page
    assert "data-compare" not in page
    assert "sig=" in page
    after = add(repair, by, label="after", for_customer=True)
    fragment = Client().get(reverse("repairs:track_now", args=[repair.token])).content.decode()
    assert "data-compare" in fragment
    assert str(after.uuid) in fragment
    own = sign_in(alice).get(reverse("repairs:portal_track", args=[repair.code])).content.decode()
    assert str(after.uuid) in own
    assert "sig=" not in own


def test_the_repair_page_shows_all_and_its_history(repair: Repair, tess: User, actor: As, sign_in: SignIn) -> None:
    by = actor(tess)
    picture, document = add(repair, by), add(repair, by, pdf(), name="<b>invoice.pdf", caption="")
    gone = add(repair, by, label="during")
    photos.remove(repair.code, gone.uuid, by=by)
    client = sign_in(tess)
    page = client.get(reverse("repairs:show", args=[repair.code])).content.decode()
    for file in (picture, document, gone):
        assert str(file.uuid) in page
    assert "&lt;b&gt;invoice.pdf" in page
    for words in ("Photo added (Before)", "Document added (Before)", "Photo removed", "Removed (1)"):
        assert words in page
    track = Client().get(reverse("repairs:track", args=[repair.token])).content.decode()
    assert "Photo added" not in track


def test_uploading_without_scripts(repair: Repair, tess: User, sign_in: SignIn) -> None:
    """Good ones are kept, the others are named; sending the form again keeps nothing twice."""
    form: dict[str, Any] = {
        "files": [upload(photo()), upload(b"", "empty.jpg"), upload(photo(80, 60), "zwei.jpg"), upload(b"x", "notes.txt")],
        "label": "before", "for_customer": "on", "key": "key-of-the-page",
    }  # fmt: skip
    client, address = sign_in(tess), reverse("repairs:photos", args=[repair.code])
    for _time in range(2):
        for file in form["files"]:
            file.seek(0)
        answer = client.post(address, form)
        assert (answer.status_code, answer["Location"]) == (
            302,
            reverse("repairs:show", args=[repair.code]) + "#photos",
        )
    page = client.get(answer["Location"]).content.decode()
    for words in ("2 files saved.", "“empty.jpg” is empty", "“notes.txt” is not a file we can take"):
        assert words in page
    assert list(StoredFile.objects.values_list("name", "for_customer")) == [("photo.jpg", True), ("zwei.jpg", True)]
    assert [name for name, _payload in events()] == ["repair.photo_added"] * 2
    assert nothing_is_left()


def test_uploading_as_scripts_do(repair: Repair, tess: User, sign_in: SignIn) -> None:
    client, address = sign_in(tess), reverse("repairs:photos", args=[repair.code])
    answer = client.post(address, {"files": upload(photo()), "label": "after"}, headers=JSON)
    assert answer.status_code == 201
    kept = StoredFile.objects.get()
    assert answer.json() == {
        "files": [
            {
                "uuid": str(kept.uuid), "name": "photo.jpg",
                "small": f"/files/{kept.uuid}/small", "large": f"/files/{kept.uuid}/large",
            }
        ],
        "refused": [],
    }  # fmt: skip
    refused = {
        413: upload(photo() + b"\0" * 15_000_000),
        415: upload(b"MZ", "setup.exe"),
        422: upload(photo()[:200], "half.jpg"),
    }
    for status, file in refused.items():
        answer = client.post(address, {"files": file, "label": "after"}, headers=JSON)
        assert answer.status_code == status
        assert answer.json()["refused"][0]["file"] == file.name
    assert client.post(address, {"label": "after"}, headers=JSON).status_code == 400
    answer = client.post(address, {"files": upload(photo()), "label": "never"}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert Client().post(address, {"files": upload(photo()), "label": "after"}, headers=JSON).status_code == 401
    assert StoredFile.objects.count() == 1
    assert nothing_is_left()


def test_eleven_at_once_are_one_too_many(repair: Repair, tess: User, sign_in: SignIn) -> None:
    files = [upload(photo(60 + number, 48), f"{number}.jpg") for number in range(11)]
    answer = sign_in(tess).post(
        reverse("repairs:photos", args=[repair.code]), {"files": files, "label": "before"}, headers=JSON
    )
    assert answer.status_code == 201
    assert len(answer.json()["files"]) == 10
    assert [(one["code"], one["file"]) for one in answer.json()["refused"]] == [("too_many_files", "10.jpg")]
    answer = sign_in(tess).post(
        reverse("repairs:photos", args=[repair.code]), {"files": files[0], "label": "during"}, headers=JSON
    )
    assert answer.status_code in (201, 422)  # the file object was read to its end by the first request
    assert nothing_is_left()


def test_a_label_that_is_none(repair: Repair, tess: User, actor: As) -> None:
    with pytest.raises(Invalid):
        add(repair, actor(tess), label="later")
    assert not StoredFile.objects.exists()
    assert nothing_is_left()


def test_pages_stay_at_the_same_number_of_queries(
    repair: Repair, tess: User, actor: As, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    client, address = sign_in(tess), reverse("repairs:show", args=[repair.code])
    for number in range(6):
        add(repair, actor(tess), label=list(photos.LABELS)[number % 3], for_customer=True)
    client.get(address)
    with django_assert_max_num_queries(30):
        client.get(address)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once(repair: Repair, tess: User, actor: As) -> None:
    """Ten places in the step, forty broken files, all at the same time: each gets a clear answer, and nothing lies about."""
    by, good, broken = actor(tess), photo(), photo(600, 400)[:-900]

    def send(number: int) -> str:
        try:
            add(repair, by, broken if number % 5 == 0 else good, name=f"{number}.jpg", key=f"key-{number}")
        except FileRefused as problem:
            return type(problem).__name__ if f"“{number}.jpg”" in str(problem.detail) else "nameless"
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(max_workers=12) as threads:
        results = Counter(threads.map(send, range(200)))
    assert results == {"kept": 10, BrokenFile.__name__: 40, TooManyFiles.__name__: 150}
    assert StoredFile.objects.count() == 10
    assert Blob.objects.count() == 30
    assert nothing_is_left()
    assert EventRecord.objects.filter(name="repair.photo_added").count() == 10


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_sent_twice_at_once_is_kept_once(repair: Repair, tess: User, actor: As) -> None:
    """A phone that lost the answer sends again; both are told of the one photo."""

    def send(_number: int) -> int:
        try:
            return add(repair, actor(tess), photo(), key="once").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert len(set(threads.map(send, range(8)))) == 1
    assert StoredFile.objects.count() == 1
    assert len(events()) == 1
    assert nothing_is_left()


def test_a_failure_at_the_very_end_leaves_nothing(
    repair: Repair, tess: User, actor: As, settings: LazySettings
) -> None:
    """The event cannot be written, so neither row nor blob is there."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT broken")
    by = Actor("staff", user_id=tess.pk, label="x" * 300, grants=actor(tess).grants)  # longer than any column
    with pytest.raises(Exception, match="too long") as failed:
        add(repair, by)
    assert not isinstance(failed.value, Problem)
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT broken")
    assert not StoredFile.objects.exists()
    assert list(sweep._stored()) == []
