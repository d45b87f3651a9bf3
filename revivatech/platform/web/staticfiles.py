"""Hashed and Brotli-compressed static files; JavaScript modules are rewritten to import their hashed neighbours."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

from revivatech.platform.ui.bundles import InlineImports


class HashedStaticFiles(InlineImports, CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # an untyped library
    support_js_module_import_aggregation = True
