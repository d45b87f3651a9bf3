"""Sealed secrets: not readable without the key file, not alterable, and the key can change."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from revivatech.accounts.models import User
from revivatech.platform import resealing, sealing
from revivatech.platform.sealing import SealBroken, key_file, key_lines, seal, unseal
from revivatech.platform.sealing_checks import sealing_key
from revivatech.shop.models import MailSettings
from revivatech.shop.queries import mail_settings


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("text", ["", "secret", "sésame 🔑", "x" * 100_000])
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = seal(text)
    assert unseal(sealed) == text
    assert sealed.isascii()
    assert seal(text) != sealed


def test_only_the_owner_reads_the_key() -> None:
    seal("secret")
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600


def test_another_key_or_an_altered_seal_opens_nothing() -> None:
    sealed = seal("secret")
    for broken in (sealed[:-2] + "xx", sealed[::-1], "", "ünreadable"):
        with pytest.raises(SealBroken):
            unseal(broken)
    key_file().write_text("another-key")
    with pytest.raises(SealBroken):
        unseal(sealed)


def test_a_new_key_on_top_keeps_old_seals_readable() -> None:
    old = seal("secret")
    key_file().write_text("a-new-key\n" + key_file().read_text())
    assert unseal(old) == "secret"
    fresh = seal("secret")
    key_file().write_text("a-new-key\n")
    assert unseal(fresh) == "secret"
    with pytest.raises(SealBroken):
        unseal(old)


@pytest.fixture
def secrets(db: None, alice: User) -> MailSettings:
    """A mail password, and an authenticator app with its secret inside JSON."""
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    saved = mail_settings()
    saved.password_sealed = seal("mail password")
    saved.save()
    return saved


def app_of(user: User) -> str:
    data = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data
    return str(data["secret"])


def test_a_rotation_seals_everything_with_the_new_key(
    secrets: MailSettings, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    (old,) = key_lines()
    before = {app_of(alice), secrets.password_sealed}
    call_command("rotate_sealing_key")
    assert "2 secrets were sealed" in capsys.readouterr().out
    (new,) = key_lines()
    assert new != old
    secrets.refresh_from_db()
    assert unseal(secrets.password_sealed) == "mail password"
    assert unseal(app_of(alice)) == "JBSWY3DPEHPK3PXP"
    after = {app_of(alice), secrets.password_sealed}
    assert not before & after
    assert {where for where, sealed in resealing.seals() if sealing.opens(sealed, old)} == set()
    assert len(list(resealing.seals())) == 2
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert [path.name for path in key_file().parent.iterdir()] == ["sealing.key"]


def test_a_rotation_that_fails_half_way_loses_nothing(
    secrets: MailSettings, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = key_lines()
    before = app_of(alice), secrets.password_sealed
    calls: Iterator[int] = iter(range(9))
    real = sealing.seal

    def breaks(text: str) -> str:
        if next(calls):
            raise OSError("the disk is full")
        return real(text)

    monkeypatch.setattr(sealing, "seal", breaks)
    with pytest.raises(OSError, match="disk"):
        resealing.rotate()
    monkeypatch.undo()
    secrets.refresh_from_db()
    assert (app_of(alice), secrets.password_sealed) == before
    assert (unseal(secrets.password_sealed), unseal(app_of(alice))) == ("mail password", "JBSWY3DPEHPK3PXP")
    assert key_lines()[1:] == [old]
    assert [problem for problem in sealing_key().problems if "not finished" in problem]
    assert resealing.rotate().sealed == 2
    assert (len(key_lines()), sealing_key().problems) == (1, [])


def test_a_rotation_waits_for_transactions_that_may_hold_an_old_seal(secrets: MailSettings) -> None:
    (old,) = key_lines()
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, dbname=settings["NAME"], user=settings["USER"],
        password=settings["PASSWORD"] or None,
    ) as other:  # fmt: skip
        other.execute("SELECT 1")
        with pytest.raises(resealing.StillBusy):
            resealing.rotate(wait=0.2)
        assert old in key_lines()
        assert unseal(secrets.password_sealed) == "mail password"
    assert resealing.rotate(wait=5).sealed == 1 + 1


def test_what_no_key_opens_is_left_and_named(secrets: MailSettings, alice: User) -> None:
    lost = secrets.password_sealed
    key_file().write_text("another-key")
    assert len(sealing_key().problems) == 1
    report = resealing.rotate()
    assert report.sealed == 0
    assert sorted(where.split()[0] for where in report.unreadable) == ["mfa.Authenticator", "shop.MailSettings"]
    secrets.refresh_from_db()
    assert secrets.password_sealed == lost


def test_doctor_says_who_else_can_read_the_key(db: None) -> None:
    seal("secret")
    assert sealing_key().problems == []
    key_file().chmod(0o640)
    (problem,) = sealing_key().problems
    assert "chmod 600" in problem
