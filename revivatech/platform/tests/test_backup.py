"""Backup and restore: a round trip between two shops, and everything that must leave a shop as it was."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from revivatech.platform.commands.archive import DATABASE, MANIFEST
from revivatech.platform.commands.backup import backup
from revivatech.platform.commands.problems import StopError
from revivatech.platform.commands.restore import restore
from revivatech.platform.postgres import embedded_server

TABLES = """
CREATE TABLE django_migrations (app text, name text);
INSERT INTO django_migrations VALUES ('platform', '0001_initial'), ('elsewhere', '0009_unknown');
CREATE TABLE accounts_user (id bigint GENERATED ALWAYS AS IDENTITY, name text);
CREATE EXTENSION pg_trgm;
"""


@dataclass
class Shop:
    """A data folder and its database."""

    data: Path
    url: str

    def run(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def people(self) -> list[str]:
        return [str(name) for (name,) in self.run("SELECT name FROM accounts_user ORDER BY id")]

    def leftovers(self) -> list[str]:
        databases = self.run("SELECT datname FROM pg_database WHERE datname ~ 'restore|replaced'")
        files = [path.name for path in self.data.iterdir() if path.name.startswith(".")]
        return [str(name) for (name,) in databases] + files


@pytest.fixture(scope="module")
def servers() -> Iterator[Path]:
    """Two servers for all tests of this file; each test gets new databases."""
    top = Path(tempfile.mkdtemp(prefix="revivatech-backup-"))
    top.chmod(0o711)
    yield top
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def addresses(servers: Path) -> Iterator[list[str]]:
    with (
        embedded_server(servers / "a", fsync=False) as one,
        embedded_server(servers / "b", fsync=False) as two,
    ):
        yield [one.url, two.url]


@pytest.fixture
def shops(addresses: list[str], tmp_path: Path) -> list[Shop]:
    """A shop in use and a new one."""
    made = []
    for number, url in enumerate(addresses):
        with psycopg.connect(url.replace("/revivatech?", "/postgres?"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS revivatech WITH (FORCE)")
            connection.execute("CREATE DATABASE revivatech TEMPLATE template0")
        data = tmp_path / str(number)
        data.mkdir()
        made.append(Shop(data, url))
    alice, _new = made
    alice.run(TABLES + "INSERT INTO accounts_user (name) VALUES ('Alice 🙂'), ('عمر');")
    (alice.data / "files" / "photos").mkdir(parents=True)
    (alice.data / "files" / "photos" / "crack.jpg").write_bytes(bytes(range(256)) * 1000)
    (alice.data / "secret.key").write_text("k" * 64)
    (alice.data / "sealing.key").write_text("s" * 64)
    return made


@pytest.fixture
def archive(shops: list[Shop], tmp_path: Path) -> Path:
    path = tmp_path / "shop.tar.gz"
    backup(path, shops[0].data, shops[0].url)
    return path


def change_archive(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Rewrite an archive after `change` worked on its members."""
    with tarfile.open(path) as archive:
        members = {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def test_a_shop_moves_to_another_machine_whole(shops: list[Shop], archive: Path) -> None:
    old, new = shops
    restore(archive, new.data, new.url, replace=False)
    assert new.people() == old.people() == ["Alice 🙂", "عمر"]
    assert new.run("SELECT similarity('abc', 'abc')") == [(1.0,)]
    assert (new.data / "files/photos/crack.jpg").read_bytes() == (old.data / "files/photos/crack.jpg").read_bytes()
    assert (new.data / "secret.key").read_text() == "k" * 64
    assert (new.data / "sealing.key").read_text() == "s" * 64
    assert stat.S_IMODE((new.data / "secret.key").stat().st_mode) == 0o600
    assert new.leftovers() == []
    new.run("INSERT INTO accounts_user (name) VALUES ('Bob')")  # the restored tables count on from where they were
    assert new.run("SELECT max(id) FROM accounts_user") == [(3,)]


def test_an_archive_is_for_its_owner_only_and_says_what_is_in_it(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as opened:
        assert opened.getnames() == [DATABASE, "sealing.key", "secret.key", "files/photos/crack.jpg", MANIFEST]
        manifest = json.loads(opened.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    assert manifest["members"]["files/photos/crack.jpg"]["size"] == 256_000
    assert len(manifest["members"][DATABASE]["sha256"]) == 64
    assert manifest["migrations"] == ["elsewhere/0009_unknown", "platform/0001_initial"]
    assert manifest["postgresql"] >= 180_000


def test_an_older_backup_is_never_overwritten(shops: list[Shop], archive: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(StopError, match="exists already"):
        backup(archive, shops[0].data, shops[0].url)
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.glob("*partial*")] == []


def test_a_shop_in_use_is_replaced_only_when_told_and_is_kept(shops: list[Shop], archive: Path) -> None:
    shop = shops[0]
    shop.run("INSERT INTO accounts_user (name) VALUES ('Bob')")
    (shop.data / "files" / "later.txt").write_text("later")
    with pytest.raises(StopError, match=r"not empty \(3 accounts\): add --replace"):
        restore(archive, shop.data, shop.url, replace=False)
    assert len(shop.people()) == 3
    restore(archive, shop.data, shop.url, replace=True)
    assert shop.people() == ["Alice 🙂", "عمر"]
    assert not (shop.data / "files" / "later.txt").exists()
    (kept,) = shop.data.glob("before-restore-*.tar.gz")
    restore(kept, shop.data, shop.url, replace=True)
    assert shop.people() == ["Alice 🙂", "عمر", "Bob"]
    assert (shop.data / "files" / "later.txt").read_text() == "later"
    assert shop.leftovers() == []


def test_a_running_shop_is_not_replaced_under_its_feet(shops: list[Shop], archive: Path) -> None:
    shop = shops[0]
    (shop.data / "files" / "later.txt").write_text("later")
    with psycopg.connect(shop.url) as busy:
        busy.execute("SELECT 1")
        with pytest.raises(StopError, match="The shop is running: stop it"):
            restore(archive, shop.data, shop.url, replace=True)
    assert (shop.data / "files" / "later.txt").read_text() == "later"
    assert (shop.data / "secret.key").read_text() == "k" * 64
    assert shop.people() == ["Alice 🙂", "عمر"]
    assert shop.leftovers() == []


def flip_a_byte(path: Path) -> None:
    plain = bytearray(gzip.decompress(path.read_bytes()))
    plain[plain.index(b"PGDMP") + 500] ^= 1
    path.write_bytes(gzip.compress(bytes(plain)))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])


def leave_out_the_manifest(path: Path) -> None:
    change_archive(path, lambda members: members.__delitem__(MANIFEST))


def leave_out_a_file(path: Path) -> None:
    change_archive(path, lambda members: members.__delitem__("files/photos/crack.jpg"))


def climb_out(path: Path) -> None:
    change_archive(path, lambda members: members.update({"files/../../escaped": b"x"}))


def be_something_else(path: Path) -> None:
    path.write_bytes(b"this is not an archive")


@pytest.mark.parametrize(
    "harm", [flip_a_byte, cut_off, leave_out_the_manifest, leave_out_a_file, climb_out, be_something_else]
)
def test_a_broken_archive_changes_nothing(shops: list[Shop], archive: Path, harm: Callable[[Path], None]) -> None:
    new = shops[1]
    harm(archive)
    with pytest.raises(StopError, match=r"damaged|not a backup"):
        restore(archive, new.data, new.url, replace=True)
    assert list(new.data.glob("files")) == []
    assert new.run("SELECT count(*) FROM pg_class WHERE relname = 'accounts_user'") == [(0,)]
    assert new.leftovers() == []
    assert list(new.data.parent.rglob("escaped")) == []


def test_an_archive_of_a_newer_release_is_refused(shops: list[Shop], tmp_path: Path) -> None:
    old, new = shops
    old.run("INSERT INTO django_migrations VALUES ('platform', '9999_from_the_future')")
    path = tmp_path / "future.tar.gz"
    backup(path, old.data, old.url)
    with pytest.raises(StopError, match="newer release"):
        restore(path, new.data, new.url, replace=False)
    assert new.leftovers() == []
