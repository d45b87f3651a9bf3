"""Passcodes are nobody's business: who gives, who sees, how long, and that the clear text is nowhere."""

from __future__ import annotations

import base64
import logging
import subprocess
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from revivatech.accounts.models import User
from revivatech.platform import clock, resealing, sealing
from revivatech.platform.actors import Actor, by_link, visitor
from revivatech.platform.commands.backup import backup
from revivatech.platform.events.models import EventRecord
from revivatech.platform.postgres.programs import bin_folder
from revivatech.platform.problems import Invalid, Problem, SecondFactorRequired
from revivatech.repairs import actions as repair_actions
from revivatech.repairs.models import Passcode, PasscodeService, PasscodeView, Repair
from revivatech.repairs.passcodes import actions, queries
from revivatech.repairs.passcodes.problems import NoPasscode, NotNeeded
from revivatech.repairs.problems import WrongStatus
from revivatech.shop.models import Location
from revivatech.testing.confirming import confirm
from revivatech.testing.factories import make_repair

As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
SECRET = "7294150836"


@pytest.fixture
def repair(shop: Location, tess: User, alice: User) -> Repair:
    """Alice's, on Tess's bench, with work that needs the passcode."""
    return make_repair(
        location=shop, customer=alice.customer, status="diagnosis", services=["software"], assigned_to=tess
    )


@pytest.fixture
def held(repair: Repair) -> Repair:
    actions.enter(repair.code, kind="pin", secret=SECRET, by=by_link("repair", repair.pk))
    return repair


def log_of(repair: Repair) -> list[str]:
    return [row.name for row in EventRecord.objects.filter(subject_id=repair.pk).order_by("sequence")]


def confirmed(user: User) -> Client:
    """Signed in, and the second factor given again just now."""
    client = Client()
    client.force_login(user)
    confirm(client, user)
    return client


@pytest.mark.parametrize(
    ("services", "asked", "taken"),
    [(["software"], "", True), (["screen"], "", False), ([], "", False), (["screen"], "Touch test", True)],
)
def test_taken_only_when_something_needs_it(
    services: list[str], asked: str, taken: bool, shop: Location, tess: User, actor: As
) -> None:
    repair = make_repair(location=shop, status="diagnosis", services=services, assigned_to=tess)
    if asked:
        actions.ask(repair.code, reason=asked, by=actor(tess))
    if taken:
        actions.enter(repair.code, kind="pin", secret="1234", by=by_link("repair", repair.pk))
        assert Passcode.objects.get().is_held
    else:
        with pytest.raises(NotNeeded):
            actions.enter(repair.code, kind="pin", secret="1234", by=by_link("repair", repair.pk))
        assert not Passcode.objects.exists()
        assert not EventRecord.objects.exists()


def test_the_owner_says_which_services_need_it(shop: Location) -> None:
    PasscodeService.objects.create(service_key="screen", needed=True)
    PasscodeService.objects.create(service_key="software", needed=False)
    assert queries.state(make_repair(location=shop, status="diagnosis", services=["screen"])).wanted
    assert not queries.state(make_repair(location=shop, status="diagnosis", services=["software"])).wanted


@pytest.mark.parametrize(
    ("kind", "secret", "right"),
    [
        ("pin", "123", True), ("pin", "1" * 16, True), ("pin", "12", False), ("pin", "1" * 17, False),
        ("pin", "12a4", False), ("pin", "", False), ("pin", "١٢٣٤", False),
        ("pattern", "1478", True), ("pattern", "123654789", True), ("pattern", "147", False),
        ("pattern", "1123", False), ("pattern", "1230", False),
        ("password", "sésame  öffne", True), ("password", " ", True), ("password", "", False),
        ("password", "x" * 201, False), ("password", "a\nb", False),
        ("none", "", True), ("none", "1234", True), ("", "1234", False), ("dna", "1234", False),
    ],
)  # fmt: skip
def test_what_a_passcode_looks_like(kind: str, secret: str, right: bool, repair: Repair) -> None:
    by = by_link("repair", repair.pk)
    if not right:
        with pytest.raises(Invalid) as refused:
            actions.enter(repair.code, kind=kind, secret=secret, by=by)
        if len(secret) > 1:
            assert secret not in str(refused.value.as_json())
        assert not Passcode.objects.exists()
        return
    row = actions.enter(repair.code, kind=kind, secret=secret, by=by)
    assert (sealing.unseal(row.sealed) if row.sealed else "") == ("" if kind == "none" else secret)


@pytest.mark.parametrize(
    ("who", "may_give", "may_see"),
    [
        ("alice", "customer", 403), ("bob", 404, 404), ("eve", 404, 404), ("visitor", 404, 404),
        ("tess", "staff", 200), ("fred", "staff", 403), ("mona", "staff", 200), ("olga", "staff", 200),
        ("link", "customer", 401), ("other link", 404, 404),
    ],
)  # fmt: skip
def test_who_gives_it_and_who_sees_it(
    who: str, may_give: str | int, may_see: int, repair: Repair, request: pytest.FixtureRequest, actor: As
) -> None:
    special = {"visitor": visitor(), "link": by_link("repair", repair.pk), "other link": by_link("repair", 0)}
    by = special[who] if who in special else actor(request.getfixturevalue(who))
    if isinstance(may_give, str):
        actions.enter(repair.code, kind="pin", secret=SECRET, by=by)
        assert Passcode.objects.get().entered_by == may_give
    else:
        with pytest.raises(Problem) as refused:
            actions.enter(repair.code, kind="pin", secret=SECRET, by=by)
        assert refused.value.status == may_give
        assert not Passcode.objects.exists()
        actions.enter(repair.code, kind="pin", secret=SECRET, by=by_link("repair", repair.pk))
    if may_see == 200:
        seen = actions.view(repair.code, reason="Test the touch", by=by)
        assert seen.as_manager == (who != "tess")
        opened = queries.opened(repair, by=by)
        assert opened is not None
        assert opened.text == SECRET
        assert SECRET not in repr(opened)
    else:
        with pytest.raises(Problem) as refused:
            actions.view(repair.code, reason="Curious", by=by)
        assert refused.value.status == may_see
        assert not PasscodeView.objects.exists()
        assert log_of(repair) == ["repair.passcode_entered"]
        assert queries.opened(repair, by=by) is None


def test_a_colleague_and_one_without_second_factor_see_nothing(held: Repair, tess: User, mona: User, actor: As) -> None:
    held.assigned_to = mona
    held.save()
    with pytest.raises(Problem) as refused:
        actions.view(held.code, reason="Curious", by=actor(tess))
    assert refused.value.status == 403
    held.assigned_to = tess
    held.save()
    plain = actor(tess)
    without = Actor("staff", user_id=tess.pk, label="Tess", grants=plain.grants, second_factor=False)
    with pytest.raises(SecondFactorRequired):
        actions.view(held.code, reason="Test", by=without)
    with pytest.raises(Invalid):
        actions.view(held.code, reason="  ", by=plain)
    assert not PasscodeView.objects.exists()


def test_it_hides_itself_after_ten_minutes(held: Repair, tess: User, mona: User, actor: As) -> None:
    start = clock.now()
    with clock.frozen(start):
        actions.view(held.code, reason="Test the touch", by=actor(tess))
        assert queries.opened(held, by=actor(mona)) is None
    with clock.frozen(start + timedelta(minutes=9, seconds=59)):
        assert queries.opened(held, by=actor(tess)) is not None
    with clock.frozen(start + timedelta(minutes=10)):
        assert queries.opened(held, by=actor(tess)) is None
    with clock.frozen(start + timedelta(minutes=5)):
        held.assigned_to = mona
        held.save()
        assert queries.opened(held, by=actor(tess)) is None  # taken from her meanwhile
        held.assigned_to = tess
        held.save()
        actions.hide(held.code, by=actor(tess))
        assert queries.opened(held, by=actor(tess)) is None


def test_a_new_passcode_ends_looks_at_the_old(held: Repair, tess: User, actor: As) -> None:
    actions.view(held.code, reason="Test", by=actor(tess))
    actions.enter(held.code, kind="pattern", secret="14789", by=by_link("repair", held.pk))
    assert queries.opened(held, by=actor(tess)) is None
    actions.view(held.code, reason="Again", by=actor(tess))
    opened = queries.opened(held, by=actor(tess))
    assert opened is not None
    assert opened.grid == [[1, 0, 0], [2, 0, 0], [3, 4, 5]]


@pytest.mark.parametrize("how", ["handed_over", "cancelled", "removed", "too_old"])
def test_it_is_destroyed(how: str, held: Repair, tess: User, fred: User, actor: As) -> None:
    actions.view(held.code, reason="Test", by=actor(tess))
    if how == "handed_over":
        Repair.objects.filter(pk=held.pk).update(status="ready_for_pickup", outcome="not_repairable")
        repair_actions.hand_over(held.code, received_by="Alice", method="collected", identity="id", by=actor(fred))
    elif how == "cancelled":
        repair_actions.cancel(held.code, reason="Changed her mind.", by=actor(fred))
    elif how == "removed":
        actions.remove(held.code, by=by_link("repair", held.pk))
    else:
        with clock.frozen(clock.now() + timedelta(days=29, hours=23)):
            assert actions.destroy_old() == 0
        with clock.frozen(clock.now() + timedelta(days=30)):
            assert (actions.destroy_old(), actions.destroy_old()) == (1, 0)
    row = Passcode.objects.get()
    assert (row.sealed, row.destroyed_at is not None) == ("", True)
    destroyed = EventRecord.objects.get(name="repair.passcode_destroyed")
    assert destroyed.payload["why"] == how
    assert queries.opened(held, by=actor(tess)) is None
    with pytest.raises(NoPasscode):
        actions.view(held.code, reason="Once more", by=actor(tess))
    if how in ("handed_over", "cancelled"):
        with pytest.raises(WrongStatus):
            actions.enter(held.code, kind="pin", secret="1234", by=by_link("repair", held.pk))


def test_the_page_asks_who_it_is_again_and_the_customer_reads_of_it(
    held: Repair, tess: User, fred: User, sign_in: SignIn
) -> None:
    page = reverse("repairs:passcode", args=[held.code])
    for answer in (sign_in(tess).get(page), sign_in(tess).post(page, {"reason": "Test"})):
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not PasscodeView.objects.exists()
    client = confirmed(tess)
    assert SECRET not in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Check <touch>"})["Location"] == page
    shown = client.get(page)
    assert SECRET in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert 595 <= int(shown["Refresh"]) <= 601
    for path in (reverse("repairs:show", args=[held.code]), reverse("repairs:queue")):
        assert SECRET not in client.get(path).content.decode()
    track = Client().get(reverse("repairs:track", args=[held.token])).content.decode()
    assert SECRET not in track
    assert "Viewed by our technician" in track
    assert "Check &lt;touch&gt;" in track
    assert "Tess" not in track
    client.post(reverse("repairs:passcode_hiding", args=[held.code]))
    assert SECRET not in client.get(page).content.decode()
    assert confirmed(fred).get(page).status_code == 403


@pytest.mark.parametrize("way", ["link", "portal", "counter"])
def test_given_on_a_page_and_never_given_back(way: str, repair: Repair, alice: User, fred: User) -> None:
    client = Client() if way == "link" else confirmed(alice if way == "portal" else fred)
    entry, page = {
        "link": (reverse("repairs:track_passcode", args=[repair.token]), reverse("repairs:track", args=[repair.token])),
        "portal": (
            reverse("repairs:portal_passcode", args=[repair.code]),
            reverse("repairs:portal_track", args=[repair.code]),
        ),
        "counter": (
            reverse("repairs:passcode_entry", args=[repair.code]),
            reverse("repairs:show", args=[repair.code]),
        ),
    }[way]
    assert 'name="secret"' in client.get(page).content.decode()
    wrong = client.post(entry, {"kind": "pattern", "secret": "555666777"}, follow=True).content.decode()
    assert "A pattern is 4 to 9 dots" in wrong
    assert "555666777" not in wrong
    assert not Passcode.objects.exists()
    client.post(entry, {"kind": "pin", "secret": SECRET})
    assert sealing.unseal(Passcode.objects.get().sealed) == SECRET
    assert SECRET not in client.get(page).content.decode()
    removal = entry + "removal/" if way != "counter" else reverse("repairs:passcode_removal", args=[repair.code])
    client.post(removal)
    assert not Passcode.objects.get().is_held


def test_a_new_sealing_key_opens_passcodes(held: Repair, tess: User, actor: As) -> None:
    old = sealing.key_lines()
    try:
        assert resealing.rotate().sealed >= 1
        assert set(sealing.key_lines()).isdisjoint(old)
        actions.view(held.code, reason="Test", by=actor(tess))
        opened = queries.opened(held, by=actor(tess))
        assert opened is not None
        assert opened.text == SECRET
    finally:
        sealing.write_keys([*sealing.key_lines(), *old])  # other tests of this process sealed with it


def spellings(secret: str) -> list[str]:
    """How a careless store might hold it."""
    raw = secret.encode()
    return [secret, raw.hex(), base64.b64encode(raw).decode().rstrip("=")]


def everything_in_the_database() -> str:
    """Every row of every table, all columns as text, and sessions decoded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 60
        text = []
        for name in tables:
            cursor.execute(f"SELECT coalesce(string_agg(row::text, E'\\n'), '') FROM {name} AS row")
            text.append(cursor.fetchone()[0])
    return "\n".join(text + [repr(session.get_decoded()) for session in Session.objects.all()])


@pytest.mark.django_db(transaction=True)
def test_the_clear_text_is_in_no_table_no_log_and_no_backup(
    shop: Location, tess: User, alice: User, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    """The whole life of a passcode through the pages, then a search of all that is stored and all that was written."""
    repair = make_repair(
        location=shop, customer=alice.customer, status="diagnosis", services=["data_recovery"], assigned_to=tess
    )
    caplog.set_level(logging.DEBUG)
    Client().post(reverse("repairs:track_passcode", args=[repair.token]), {"kind": "pin", "secret": SECRET + "x"})
    Client().post(reverse("repairs:track_passcode", args=[repair.token]), {"kind": "pin", "secret": SECRET})
    client, page = confirmed(tess), reverse("repairs:passcode", args=[repair.code])
    client.post(page, {"reason": "Test the touch"})
    assert SECRET in client.get(page).content.decode()
    everything = everything_in_the_database()
    assert repair.code in everything
    assert "Test the touch" in everything
    settings_ = connection.settings_dict
    url = f"postgresql://{settings_['USER']}@/{settings_['NAME']}?host={settings_['HOST']}"
    if settings_["PORT"]:
        url += f"&port={settings_['PORT']}"
    archive = tmp_path / "shop.tar.gz"
    backup(archive, Path(settings.DATA_DIR), url)
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    dump = subprocess.run(
        [bin_folder() / "pg_restore", "-f", "-", tmp_path / "unpacked" / "database.dump"],
        capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    assert repair.code in dump
    files = [path for path in (tmp_path / "unpacked").rglob("*") if path.is_file() and path.suffix != ".dump"]
    rest = "".join(path.read_bytes().decode("latin-1") for path in files)
    logged = caplog.text + "".join(capfd.readouterr())
    for spelling in spellings(SECRET):
        assert spelling not in everything
        assert spelling not in dump
        assert spelling not in rest
        assert spelling not in logged
