"""What may be wrong with an upload. Each names the file, because several are often sent at once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from revivatech.platform.problems import Problem, Text


class FileRefused(Problem):
    """Nothing of the file was kept. `extra["file"]` is its name."""

    code: ClassVar[str] = "file_refused"
    status: ClassVar[int] = 422
    title: ClassVar[Text] = _("This file was not kept")
    sentence: ClassVar[Text] = _("“{name}” was not kept.")

    def __init__(self, name: str, **values: Any) -> None:
        super().__init__(str(self.sentence).format(name=name, **values), file=name, **values)


class EmptyFile(FileRefused):
    code = "file_empty"
    sentence = _("“{name}” is empty. Choose it again, or take the photo again.")


class TooBig(FileRefused):
    code = "file_too_big"
    status = 413
    sentence = _("“{name}” is larger than {most} MB. Send a smaller version.")


class TooManyFiles(FileRefused):
    code = "too_many_files"
    status = 409
    sentence = _("“{name}” was not kept: {most} files are the most in one step.")


class UnknownType(FileRefused):
    code = "file_type_unknown"
    status = 415
    sentence = _("“{name}” is not a file we can take. Send a JPEG, PNG, WebP, HEIC or AVIF picture, or a PDF.")


class WrongEnding(FileRefused):
    """The name promises another kind of file; whoever opens it by its name would be misled."""

    code = "file_ending_wrong"
    sentence = _("The name “{name}” does not fit what is in the file ({really}). Save it again under a fitting name.")


class BrokenFile(FileRefused):
    code = "file_broken"
    sentence = _("“{name}” is damaged and cannot be read. Send it again, or take the photo again.")


class TooManyPixels(FileRefused):
    code = "picture_too_large"
    sentence = _("“{name}” has {width} × {height} pixels; that is more than we can take. Send a smaller version.")


class MixedFile(FileRefused):
    """A polyglot: one program sees a picture, another a page or an archive."""

    code = "file_mixed"
    sentence = _("“{name}” holds something else besides the {really}. Save or photograph it again and send that.")


class Infected(FileRefused):
    code = "file_infected"
    sentence = _("“{name}” was refused by the virus scanner. Nothing of it was kept.")


class ScannerSilent(FileRefused):
    """A file that could not be scanned is not kept: the scanner is there because somebody relies on it."""

    code = "scanner_silent"
    status = 503
    sentence = _("“{name}” could not be scanned for viruses just now. Try again in a minute.")


class StorageSilent(FileRefused):
    code = "storage_silent"
    status = 503
    sentence = _("“{name}” could not be stored just now. Try again in a minute.")


class Busy(FileRefused):
    code = "files_busy"
    status = 503
    sentence = _("So many files are arriving that “{name}” had to wait too long. Try again in a minute.")
