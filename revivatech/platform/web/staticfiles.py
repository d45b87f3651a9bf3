"""Hashed and Brotli-compressed static files; JavaScript modules are rewritten to import their hashed neighbours."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from revivatech.platform.ui.bundles import InlineImports


class HashedStaticFiles(InlineImports, CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # an untyped library
    support_js_module_import_aggregation = True


def static_address(name: str) -> str:
    """The address of a static file. Hashed names do not change while a process runs, and every icon of a page asks."""
    return _hashed(name) if isinstance(staticfiles_storage, HashedStaticFiles) else staticfiles_storage.url(name)


@lru_cache(maxsize=2_000)
def _hashed(name: str) -> str:
    return staticfiles_storage.url(name)
