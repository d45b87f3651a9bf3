"""The S3-compatible storage. In a module of its own: its client is slow to import and most shops never need it."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):  # type: ignore[misc]
    """Private objects under random names (no need to look first whether one is taken); nobody gets an address of the bucket, we pass the bytes on.

    The client waits in bounds: an upload that cannot be stored is refused and tried again by the person or the page.
    """

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=5, read_timeout=20, retries={"max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"}, signature_version="s3v4",
        )  # fmt: skip
        super().__init__(**{"client_config": config, "default_acl": None, "file_overwrite": True, **options})
