"""The audit: what is written into it, what never is, who reads it, and that it holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revivatech.accounts import actions, audit
from revivatech.accounts.audit import Asked
from revivatech.accounts.models import User
from revivatech.platform import clock
from revivatech.platform.actors import Actor
from revivatech.platform.events import Event, chain
from revivatech.platform.events.models import EventRecord
from revivatech.platform.events.redaction import redact
from revivatech.platform.problems import Denied
from revivatech.shop.models import Location
from revivatech.testing.factories import PASSWORD, make_user

from .fixtures import confirm, confirmed, mail_on, post, smtp

__all__ = ["confirmed", "mail_on", "post", "smtp"]
pytestmark = pytest.mark.django_db
As = Callable[[User], Actor]
ClientOf = Callable[[User], Client]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def log() -> list[tuple[str, int]]:
    return list(EventRecord.objects.order_by("pk").values_list("name", "subject_id"))


def sign_in_as(email: str, password: str, client: Client | None = None, address: str = "203.0.113.7") -> Any:
    browser = client or Client()
    form = {"login": email, "password": password}
    return browser.post(reverse("account_login"), form, headers={"user-agent": FIREFOX}, REMOTE_ADDR=address)


def test_sign_ins_are_written_down(shop: Location) -> None:
    user = make_user()
    assert sign_in_as(user.email, "wrong password").status_code == 200
    assert sign_in_as("nobody@example.com", "wrong password").status_code == 200
    assert sign_in_as(user.email, PASSWORD).status_code == 302
    assert log() == [("user.sign_in_failed", user.pk), ("user.sign_in_failed", 0), ("user.signed_in", user.pk)]
    last = EventRecord.objects.get(name="user.signed_in")
    assert last.payload == {"user_id": user.pk, "how": ["password"], "device": "Firefox, Windows", "new_device": False}
    assert (last.address, last.actor_id) == ("203.0.113.7", user.pk)
    everything = str(list(EventRecord.objects.values()))
    assert "wrong password" not in everything
    assert PASSWORD not in everything
    assert "nobody@example.com" not in everything


def test_a_wrong_code_is_written_down(olga: User) -> None:
    client = Client()
    sign_in_as(olga.email, PASSWORD, client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    row = EventRecord.objects.get()
    assert (row.name, row.subject_id, row.payload["step"]) == ("user.sign_in_failed", olga.pk, "totp")
    assert not EventRecord.objects.filter(name="user.signed_in").exists()


def test_a_new_browser_is_told_of_once(shop: Location, post: Callable[[], list[Any]]) -> None:
    user, first, second = make_user(), Client(), Client()
    sign_in_as(user.email, PASSWORD, first)
    first.post(reverse("account_logout"))
    sign_in_as(user.email, PASSWORD, first)
    assert post() == []
    sign_in_as(user.email, PASSWORD, second)
    ((to, subject, text),) = post()
    assert (to, subject) == (user.email, "New sign-in to your account")
    assert "Firefox, Windows" in text
    second.post(reverse("account_logout"))
    sign_in_as(user.email, PASSWORD, second)
    assert post() == []
    news = (
        EventRecord.objects.filter(name="user.signed_in").order_by("pk").values_list("payload__new_device", flat=True)
    )
    assert list(news) == [False, False, True, False]


def test_guessing_shuts_out_the_guesser_alone(shop: Location) -> None:
    user, known = make_user(), Client()
    sign_in_as(user.email, PASSWORD, known)
    known.post(reverse("account_logout"))
    for _try in range(5):
        sign_in_as(user.email, "wrong password", address="198.51.100.9")
    assert "Too many failed" in sign_in_as(user.email, PASSWORD, address="198.51.100.9").text
    # The person themselves: from elsewhere, and even from that same network with a browser of theirs.
    assert sign_in_as(user.email, PASSWORD).status_code == 302
    assert sign_in_as(user.email, PASSWORD, known, address="198.51.100.9").status_code == 302
    forged = Client()
    forged.cookies["known_browser"] = "eyJpZCI6IngiLCJwZW9wbGUiOlsxXX0:1x:forged"
    assert "Too many failed" in sign_in_as(user.email, PASSWORD, forged, address="198.51.100.9").text


def test_changes_say_from_where(olga: User, tess: User, shop: Location, confirmed: ClientOf) -> None:
    client = confirmed(olga)
    form = {"reason": "Lost telephone"}
    client.post(reverse("accounts:suspension", args=[tess.pk]), form, REMOTE_ADDR="203.0.113.80")
    row = EventRecord.objects.get(name="user.suspended")
    assert (row.address, row.actor_id, row.payload["reason"]) == ("203.0.113.80", olga.pk, "Lost telephone")
    assert row.request_id
    assert chain.verify().broken == []


def test_what_is_searched_for(olga: User, tess: User, mona: User, shop: Location, actor: As) -> None:
    by = actor(olga)
    actions.suspend(tess.pk, by=by)
    actions.reactivate(tess.pk, by=by)
    audit.signed_in(mona, how=["password"], device="Firefox", new_device=False)
    audit.exported("catalogue.devices", by=actor(mona), rows=3)

    def names(**asked: Any) -> list[str]:
        return [row.name for row in audit.found(Asked(**asked), by=by)]

    everything = ["user.data_exported", "user.signed_in", "user.reactivated", "user.suspended"]
    assert names() == everything
    assert names(group="sign_in") == ["user.signed_in"]
    assert names(group="access") == ["user.reactivated", "user.suspended"]
    assert names(group="exports") == ["user.data_exported"]
    assert names(person=olga.pk) == names(text="Olga") == ["user.reactivated", "user.suspended"]
    assert names(text="mona@repairs") == ["user.data_exported", "user.signed_in"]
    assert names(text="user.susp") == names(text="access was SUSP") == ["user.suspended"]
    assert names(text="was susp ") == ["user.suspended"]
    assert names(text="su") == names(text="pended") == []  # no letters of other words for whoever looks for Ed or Tom
    assert names(text="203.0.113.99") == names(text="nobody") == []
    newest = EventRecord.objects.latest("pk")
    assert [row.name for row in audit.found(Asked(), by=by, before=newest.pk)] == everything[1:]


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 200), ("mona", 403), ("tess", 403), ("fred", 403), ("alice", 403), (None, 302)]
)
def test_who_reads_it(
    request: pytest.FixtureRequest, shop: Location, sign_in: ClientOf, who: str | None, status: int
) -> None:
    client = sign_in(request.getfixturevalue(who)) if who else Client()
    assert client.get(reverse("accounts:audit")).status_code == status
    # Taking it out asks for the second factor again, of those who may.
    assert client.get(reverse("accounts:audit_export")).status_code == (302 if status == 200 else status)


def test_the_kinds_name_events_that_exist() -> None:
    def below(parent: type[Event]) -> set[str]:
        own = {child.name for child in parent.__subclasses__() if "name" in vars(child)}
        return own.union(*(below(child) for child in parent.__subclasses__()))

    named = [name for _words, names in audit.GROUPS.values() for name in names]
    assert set(named) <= below(Event)
    assert len(named) == len(set(named))


def test_actions_ask_too(mona: User, actor: As) -> None:
    with pytest.raises(Denied):
        audit.found(Asked(), by=actor(mona))
    with pytest.raises(Denied):
        list(audit.lines(Asked(), by=actor(mona)))
    assert not EventRecord.objects.exists()


def test_the_page_and_the_file(olga: User, tess: User, shop: Location, confirmed: ClientOf, actor: As) -> None:
    client = confirmed(olga)
    assert "Nothing has happened yet" in client.get(reverse("accounts:audit")).text
    User.objects.filter(pk=olga.pk).update(full_name='=HYPERLINK("x")')
    actions.suspend(tess.pk, by=actor(User.objects.get(pk=olga.pk)), reason="<b>Why</b>")
    page = client.get(reverse("accounts:audit"), {"group": "access", "since": "2020-01-01", "until": "bad"}).text
    assert "access was suspended" in page
    assert "&lt;b&gt;Why&lt;/b&gt;" in page
    assert "Nothing fits" in client.get(reverse("accounts:audit"), {"q": "10.9.8.7"}).text
    file = client.get(reverse("accounts:audit_export"), {"group": "access"}).getvalue()
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    assert [row["event"] for row in rows] == ["user.suspended"]
    assert rows[0]["actor"].startswith("'=HYPERLINK")
    told = EventRecord.objects.get(name="user.data_exported").payload
    assert (told["what"], told["rows"], told["chosen"]) == ("audit", 1, {"group": "access"})


def test_the_page_asks_a_fixed_number_of_times(olga: User, shop: Location, sign_in: ClientOf) -> None:
    client, counts = sign_in(olga), []
    audit.signed_in(olga, how=["password"], device="x", new_device=False)
    client.get(reverse("accounts:audit"))
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("accounts:audit"))
        counts.append(len(asked))
        for _event in range(5):
            audit.signed_in(make_user(), how=["password"], device="x", new_device=False)
    assert counts[0] == counts[1]


def test_a_row_may_lose_a_person_and_nothing_else(alice: User) -> None:
    audit.signed_in(alice, how=["password"], device="Firefox", new_device=False)
    audit.sign_in_failed(alice.email, step="password", device="Firefox")
    row = EventRecord.objects.get(name="user.signed_in")
    kept = row.hash
    redact(row, payload={"user_id": alice.pk}, actor_label="Erased customer 1")
    row.refresh_from_db()
    assert (row.hash, row.actor_label, row.payload) == (kept, "Erased customer 1", {"user_id": alice.pk})
    assert chain.verify().broken == []
    for change in ("name = 'user.other'", "hash = repeat('a', 64)", "at = now()", "redaction = ''"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE platform_eventrecord SET {change} WHERE id = {row.pk}")
    # Somebody with the database but without the key rewrites what was said: the signature no longer holds.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_eventrecord SET actor_label = 'Mallory' WHERE id = %s", [row.pk])
    assert [broken.sequence for broken in chain.verify().broken] == [1]


def test_confirming_with_a_wrong_code_is_written_down_too(olga: User, sign_in: ClientOf) -> None:
    client = sign_in(olga)
    client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert log() == [("user.sign_in_failed", olga.pk)]
    confirm(client, olga)


def test_times_are_those_of_where_the_reader_works(olga: User, tess: User, shop: Location, confirmed: ClientOf) -> None:
    type(shop).objects.filter(pk=shop.pk).update(zone_name="Pacific/Kiritimati")  # mostly a day ahead of UTC
    audit.signed_in(tess, how=["password"], device="Firefox", new_device=False)
    there = EventRecord.objects.latest("pk").at.astimezone(ZoneInfo("Pacific/Kiritimati"))
    client, day = confirmed(olga), there.date()
    asked = {"person": str(tess.pk), "since": day.isoformat(), "until": day.isoformat()}
    page = client.get(reverse("accounts:audit"), asked).text
    assert f"{there.day} {there:%b %Y, %H:%M:%S}" in page
    assert "Pacific/Kiritimati" in page
    before = {"person": str(tess.pk), "until": (day - timedelta(days=1)).isoformat()}
    assert "Nothing fits" in client.get(reverse("accounts:audit"), before).text


def test_a_group_is_read_name_by_name_and_finds_the_same(olga: User, alice: User, shop: Location, actor: As) -> None:
    moment = clock.now()
    for day in range(6):
        with clock.frozen(moment + timedelta(days=day)):
            audit.signed_in(alice, how=["password"], device="Firefox", new_device=False)
            audit.sign_in_failed(alice.email, step="password", device="Firefox")
            audit.exported("x", by=actor(olga))
    since, until = moment + timedelta(days=1), moment + timedelta(days=4)
    some = Asked(group="sign_in", since=since, until=until)
    for asked in (
        Asked(group="sign_in"),
        Asked(group="exports"),
        some,
        Asked(since=since, until=until),
        Asked(),
    ):
        whole = list(audit.found(asked, by=actor(olga)))
        assert len(whole) > 2
        assert audit.newest(asked, 4, by=actor(olga)) == whole[:4]
        assert audit.newest(asked, 4, by=actor(olga), before=whole[2].pk) == whole[3:7]
    assert len(list(audit.found(some, by=actor(olga)))) == 6
