"""Where blobs are: a folder by default, an S3-compatible bucket when REVIVATECH_STORAGE_URL names one.

    s3://KEY:SECRET@s3.eu-west-2.amazonaws.com/bucket?region=eu-west-2
    s3://KEY:SECRET@minio.lan:9000/bucket?tls=0

No key in the address: the usual places are asked (environment, role of the machine).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """Files on disk, readable by their owner only, and really there before the row that names them is committed."""

    def __init__(self, *, durable: bool = True, **options: Any) -> None:
        super().__init__(**{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700, **options})
        self._durable = durable

    def _save(self, name: str, content: Any) -> str:
        stored: str = super()._save(name, content)  # type: ignore[misc]
        if self._durable:
            path = Path(self.path(stored))
            _sync(path)
            _sync(path.parent)
        return stored


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage_settings(url: str, *, durable: bool = True) -> dict[str, Any]:
    """The entry `default` of Django's STORAGES. An empty url is the folder MEDIA_ROOT."""
    if not url:
        return {"BACKEND": "revivatech.platform.files.storage.Folder", "OPTIONS": {"durable": durable}}
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket or "/" in bucket:
        raise ImproperlyConfigured("REVIVATECH_STORAGE_URL must look like s3://KEY:SECRET@host/bucket?region=name.")
    query = dict(parse_qsl(parts.query))
    if unknown := query.keys() - {"region", "tls"}:
        raise ImproperlyConfigured(f"REVIVATECH_STORAGE_URL: unknown option {', '.join(sorted(unknown))}.")
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "endpoint_url": f"{'http' if query.get('tls') == '0' else 'https'}://{host}",
        "region_name": query.get("region"),
    }
    if parts.username:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")}
    return {"BACKEND": "revivatech.platform.files.bucket.Bucket", "OPTIONS": options}
