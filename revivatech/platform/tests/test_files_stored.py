"""Blobs: written before the row, gone when there is no row, the same in a folder and on a real S3 server."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from revivatech.platform import clock
from revivatech.platform.actors import Actor, system
from revivatech.platform.commands.archive import FILES
from revivatech.platform.commands.backup import backup
from revivatech.platform.files import checks, links, policies
from revivatech.platform.files import jobs as sweep
from revivatech.platform.files.models import Blob, StoredFile
from revivatech.platform.files.problems import StorageSilent, TooManyFiles
from revivatech.platform.files.storage import storage_settings
from revivatech.platform.files.storing import blobs, prepare
from revivatech.platform.problems import NotFound
from revivatech.testing.pictures import pdf, photo, upload

pytestmark = pytest.mark.django_db
ABOUT = ("thing", 1)


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A real S3 server on a port of its own, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", region_name="eu-west-2",
        aws_access_key_id="key", aws_secret_access_key="se/cret",
    )  # fmt: skip
    client.create_bucket(Bucket="shop", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    yield f"s3://key:se%2Fcret@{host}:{port}/shop?region=eu-west-2&tls=0"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, settings: LazySettings) -> None:
    """Everything below holds in both."""
    if request.param == "folder":
        request.getfixturevalue("folder")
    else:
        url = request.getfixturevalue("s3")
        settings.STORAGE_URL = url
        settings.STORAGES = {**settings.STORAGES, "default": storage_settings(url)}


@pytest.fixture(autouse=True)
def things() -> Iterator[None]:
    """A kind of thing with files, for as long as a test: everybody may see those meant for customers."""

    def may_add(actor: Actor, pk: int) -> None:
        if pk != 1:
            raise NotFound

    policies.register("thing", may_see=lambda actor, file: actor.is_system or file.for_customer, may_add=may_add)
    yield
    policies._POLICIES.pop("thing")


def keep(data: bytes = b"", name: str = "photo.jpg", **facts: Any) -> StoredFile:
    with blobs(prepare(upload(data or photo(400, 300), name))) as written, transaction.atomic():
        return written.keep(about=ABOUT, by=system(), **facts)


def keep_and(then: Callable[[], object]) -> None:
    """A row with its blobs, in a transaction that fails afterwards."""
    with blobs(prepare(upload(photo()))) as written, transaction.atomic():
        written.keep(about=ABOUT, by=system())
        then()


def interrupt() -> None:
    raise KeyboardInterrupt


def lose_the_database() -> None:
    raise OperationalError("the connection is lost")


def stored() -> list[str]:
    return sorted(sweep._stored())


@pytest.mark.usefixtures("storage")
def test_a_photo_goes_in_and_comes_out(client: Client) -> None:
    before = stored()
    file = keep(for_customer=True)
    assert stored() == sorted([*before, *file.blobs.values_list("path", flat=True)])
    for blob in file.blobs.all():
        with default_storage.open(blob.path) as opened:
            assert hashlib.sha256(opened.read()).hexdigest() == blob.sha256
    answer = client.get(links.file_url(file, "medium"), headers={"Accept": "image/avif,image/webp,*/*"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/avif")
    body = answer.getvalue()
    assert hashlib.sha256(body).hexdigest() == file.blobs.get(size="medium", content_type="image/avif").sha256
    assert client.get(links.file_url(file, "small"))["Content-Type"] == "image/webp"
    assert client.get(links.file_url(file, "large"))["Content-Type"] == "image/webp"  # the largest there is
    assert client.get(links.file_url(file, "full"))["Content-Type"] == "image/jpeg"
    again = client.get(links.file_url(file, "full"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 200
    same = client.get(links.file_url(file, "full"), headers={"If-None-Match": again["ETag"]})
    assert (same.status_code, same.content, same["Cache-Control"]) == (304, b"", "private, no-cache")


@pytest.mark.usefixtures("storage")
def test_what_was_removed_is_deleted_after_a_week_and_orphans_after_a_day() -> None:
    kept, removed, orphan = keep(), keep(), "2026-01/orphan-small.webp"
    paths = list(removed.blobs.values_list("path", flat=True))
    removed.deleted_at = clock.now()
    removed.save()
    with default_storage.open(paths[0]) as opened:
        default_storage.save(orphan, opened)
    assert sweep.forget_removed() == 0
    assert sweep.delete_orphans() == 0
    with clock.frozen(clock.now() + timedelta(days=8)):
        sweep.sweep_files(timestamp=0)
    assert not set(paths) & set(stored())
    assert orphan not in stored()
    assert set(kept.blobs.values_list("path", flat=True)) <= set(stored())
    assert list(StoredFile.objects.all()) == [kept]


@pytest.mark.usefixtures("storage")
def test_doctor_proves_the_storage() -> None:
    before = stored()
    finding = checks.files()
    assert (finding.state, finding.problems) == ("live", [])
    assert stored() == before


def test_without_a_row_nothing_stays(folder: Path) -> None:
    """Refused by the policy, by the count, by the database, by anything: the blobs go with the row."""
    prepared = prepare(upload(photo()))
    with pytest.raises(NotFound), blobs(prepared) as written, transaction.atomic():
        written.keep(about=("thing", 2), by=system())
    with pytest.raises(NotFound), blobs(prepared) as written, transaction.atomic():
        written.keep(about=("nobody-registered-this", 1), by=system())
    with pytest.raises(IntegrityError):
        keep_and(lambda: StoredFile.objects.create(kind="image", name="without a size", bytes=1, about_id=1))
    with pytest.raises(KeyboardInterrupt):
        keep_and(interrupt)
    with blobs(prepared):
        pass  # somebody else's answer was used
    for _number in range(10):
        keep(photo(), label="before")
    with pytest.raises(TooManyFiles):
        keep(photo(), label="before")
    assert keep(photo(), label="after").label == "after"
    assert stored() == sorted(Blob.objects.values_list("path", flat=True))
    assert StoredFile.objects.count() == 11


def test_when_nobody_knows_how_the_commit_ended_the_blobs_wait_for_the_sweep(folder: Path) -> None:
    with pytest.raises(OperationalError):
        keep_and(lose_the_database)
    assert not StoredFile.objects.exists()
    assert len(stored()) == 3
    assert sweep.delete_orphans() == 0
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert sweep.delete_orphans() == 3
    assert stored() == []


def test_a_folder_that_is_no_folder(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(StorageSilent, match=r"“photo.jpg” could not be stored"):
        keep()
    assert not StoredFile.objects.exists()


def test_a_bucket_that_does_not_answer(settings: LazySettings, free_port: int) -> None:
    url = f"s3://key:secret@127.0.0.1:{free_port}/shop?tls=0"
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings(url)}
    with pytest.raises(StorageSilent):
        keep()
    assert not StoredFile.objects.exists()


def test_files_are_the_owner_s_alone(folder: Path) -> None:
    file = keep()
    for blob in file.blobs.all():
        assert (folder / blob.path).stat().st_mode & 0o777 == 0o600
        assert str(file.uuid) not in blob.path
        assert "photo" not in blob.path
    assert (folder / blob.path).parent.stat().st_mode & 0o777 == 0o700


def test_a_document_is_a_download_in_a_sandbox(folder: Path, client: Client) -> None:
    file = keep(pdf(), "Größe “A”.pdf", for_customer=True)
    answer = client.get(links.file_url(file))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.getvalue() == pdf()
    assert client.get(links.file_url(file, "small")).status_code == 404


def test_a_file_lost_from_the_storage_is_said_plainly(folder: Path, client: Client) -> None:
    file = keep(for_customer=True)
    default_storage.delete(file.blobs.get(size="full").path)
    answer = client.get(links.file_url(file))
    assert answer.status_code == 404
    assert "missing from the storage" in answer.content.decode()


def test_signed_addresses_run_out_and_fit_one_file(folder: Path, client: Client) -> None:
    file, other = keep(for_customer=True), keep(for_customer=False)
    address = links.file_url(file, "small", signed=True)
    assert address == links.file_url(file, "small", signed=True)
    assert client.get(address).status_code == 200
    query = address.partition("?")[2]
    assert client.get(f"{links.file_url(other, 'small')}?{query}").status_code == 404
    file.for_customer = False
    file.save()
    assert client.get(address).status_code == 404
    with clock.frozen(clock.now() + timedelta(hours=7)):
        assert client.get(address).status_code == 410
    for broken in ("until=9999999999&sig=x", "until=²&sig=é", f"until={'9' * 99}&sig=x", "until=&sig=", "sig=ä"):
        assert client.get(f"{links.file_url(file, 'small')}?{broken}").status_code == 404
    for size in ("huge", "..", "full.jpg"):
        assert client.get(f"/files/{file.uuid}/{size}").status_code == 404
    assert client.get(reverse("files:show", args=[uuid4(), "small"])).status_code == 404
    assert client.post(links.file_url(file, "small")).status_code == 405


def test_a_backup_holds_every_blob(settings: LazySettings, tmp_path: Path) -> None:
    """The folder of the blobs is the one that backup copies, whatever else moves."""
    assert Path(settings.DATA_DIR, FILES) == Path(settings.MEDIA_ROOT)
    settings.MEDIA_ROOT = tmp_path / FILES
    file = keep()
    database = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@/{NAME}?host={HOST}&port={PORT}".format(**database)
    backup(tmp_path / "shop.tar.gz", tmp_path, url)
    with tarfile.open(tmp_path / "shop.tar.gz") as archive:
        manifest = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
    held = {name: told["sha256"] for name, told in manifest["members"].items() if name.startswith(f"{FILES}/")}
    assert held == {f"{FILES}/{blob.path}": blob.sha256 for blob in file.blobs.all()}


def test_addresses_of_buckets() -> None:
    told = storage_settings("s3://AK%2FIA:s%40cret@s3.eu-west-2.amazonaws.com/shop?region=eu-west-2")["OPTIONS"]
    assert told == {
        "bucket_name": "shop", "endpoint_url": "https://s3.eu-west-2.amazonaws.com", "region_name": "eu-west-2",
        "access_key": "AK/IA", "secret_key": "s@cret",
    }  # fmt: skip
    assert storage_settings("s3://minio.lan:9000/shop?tls=0")["OPTIONS"]["endpoint_url"] == "http://minio.lan:9000"
    for wrong in ("https://host/shop", "s3:///shop", "s3://host", "s3://host/a/b", "s3://host/shop?ttl=0"):
        with pytest.raises(ImproperlyConfigured):
            storage_settings(wrong)


@contextmanager
def scanned_by(settings: LazySettings, program: str) -> Iterator[None]:
    before, settings.SCAN_COMMAND = settings.SCAN_COMMAND, program
    yield
    settings.SCAN_COMMAND = before


def test_doctor_tries_the_scanner(settings: LazySettings) -> None:
    assert checks.virus_scan().state == "off"
    with scanned_by(settings, "sh -c '! grep -q EICAR'"):
        assert (checks.virus_scan().state, checks.virus_scan().problems) == ("live", [])
    with scanned_by(settings, "true"):
        assert "finds nothing" in checks.virus_scan().problems[0]
    with scanned_by(settings, "/nowhere/scan"):
        assert "no upload gets through" in checks.virus_scan().problems[0]
