"""How uploads reach us: limits while they arrive, then one answer a file, for people without scripts and for files.js alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revivatech.platform.problems import Problem
from revivatech.platform.web.problems import wants_json

from .kinds import clean_name
from .links import file_url
from .models import StoredFile
from .problems import FileRefused, TooBig, TooManyFiles
from .storing import MAX_BYTES, MAX_FILES

FIELD = "files"
MAX_REQUEST = 400_000_000  # read and thrown away beyond the limits, so that a mistake gets an answer with names in it
type Take = Callable[[UploadedFile[Any]], StoredFile]


class Limits(FileUploadHandler):
    """The first handler of every upload: what is over a limit never reaches memory or disk, and is named in the answer."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._count = self._size = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name for it
        content_length: int,
        *args: Any,
        **more: Any,
    ) -> None:
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig("the request is larger than any upload may be")

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        self._count += 1
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        # Not in new_file: skipping there would close the file before this one, which is still wanted.
        self._size += len(raw_data)
        name = clean_name(self.file_name)
        if self._count > MAX_FILES:
            self._refuse(TooManyFiles(name, most=MAX_FILES))
        if self._size > MAX_BYTES:
            self._refuse(TooBig(name, most=MAX_BYTES // 1_000_000))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the handlers behind this one hold the file

    def _refuse(self, problem: FileRefused) -> None:
        if self.request is not None:
            refused_early(self.request).append(problem)
        raise SkipFile


def take_in(request: HttpRequest, take: Take, *, back: HttpResponse) -> HttpResponse:
    """Give each file that arrived to `take`, by itself: one that is refused does not hold up the others.

    Scripts get JSON with what was kept and what was not (201, or the status of the only problem); others go `back`
    with a message for each.
    """
    uploads = [upload for upload in request.FILES.getlist(FIELD) if isinstance(upload, UploadedFile)]
    refused: list[Problem] = list(refused_early(request))
    kept: list[StoredFile] = []
    for upload in uploads:
        try:
            kept.append(take(upload))
        except FileRefused as problem:
            refused.append(problem)
    if not kept and not refused:
        refused.append(Problem(_("Choose a photo or a PDF first.")))
    if wants_json(request):
        return _as_json(kept, refused)
    if kept:
        words = ngettext("%(count)s file saved.", "%(count)s files saved.", len(kept))
        messages.success(request, words % {"count": len(kept)})
    for one in refused:
        messages.error(request, str(one.detail))
    return back


def take_field(request: HttpRequest, field: str, take: Take) -> list[StoredFile]:
    """The files of one field of a larger form, for people without scripts. What is refused is said in a message."""
    kept = []
    for upload in request.FILES.getlist(field):
        try:
            kept.append(take(upload))
        except FileRefused as problem:
            messages.error(request, str(problem.detail))
    return kept


def say_what_was_refused_early(request: HttpRequest) -> None:
    for problem in refused_early(request):
        messages.error(request, str(problem.detail))


def _as_json(kept: list[StoredFile], refused: list[Problem]) -> JsonResponse:
    answer = {
        "files": [_told(file) for file in kept],
        "refused": [problem.as_json() for problem in refused],
    }
    return JsonResponse(answer, status=201 if kept else refused[0].status)


def _told(file: StoredFile) -> dict[str, str]:
    told = {"uuid": str(file.uuid), "name": file.name}
    return {**told, "small": file_url(file, "small"), "large": file_url(file, "large")} if file.is_picture else told


def refused_early(request: HttpRequest) -> list[FileRefused]:
    """What was over a limit while it arrived."""
    refused: list[FileRefused] = request.__dict__.setdefault("_files_refused", [])
    return refused
