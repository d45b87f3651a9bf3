"""What doctor says about files: does the storage take and give back a file, does the scanner tell good from bad."""

from __future__ import annotations

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from revivatech.platform import clock, ids
from revivatech.platform.commands.checks import Finding, check

from . import scanning
from .storage import Folder

# The harmless text every scanner calls a virus, in two halves so that this file is not called one.
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@check("files")
def files() -> Finding:
    path, sample = f"{clock.now():%Y-%m}/{ids.new_token()}", b"written by doctor"
    stored = default_storage.save(path, ContentFile(sample, name=path))
    try:
        with default_storage.open(stored) as opened:
            same = opened.read() == sample
    finally:
        default_storage.delete(stored)
    problems = [] if same else ["The storage gave back something else than was written: look at it before going on."]
    if isinstance(default_storage, Folder) or not settings.STORAGE_URL:
        return Finding("live", f"in {settings.MEDIA_ROOT}", problems)
    bucket = settings.STORAGES["default"]["OPTIONS"]["bucket_name"]
    return Finding("live", f"in the bucket {bucket}; `revivatech backup` does not copy it, keep copies there", problems)


@check("virus scan")
def virus_scan() -> Finding:
    if scanning.state() == "off":
        return Finding("off", "uploads are not scanned; name a program in REVIVATECH_SCAN_COMMAND")
    problems = []
    if scanning.run(b"a harmless text") != 0:
        problems.append("The scanner refuses a harmless text: no upload gets through. Try the command by hand.")
    elif scanning.run(_EICAR) != 1:
        problems.append("The scanner lets the harmless test virus through (EICAR): it finds nothing. Try it by hand.")
    return Finding("live", settings.SCAN_COMMAND.split()[0], problems)
