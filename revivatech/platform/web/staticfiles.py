"""Hashed and Brotli-compressed static files; JavaScript modules are rewritten to import their hashed neighbours."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
