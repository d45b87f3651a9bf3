"""Devices in and out as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.core.files import File
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.accounts.audit import exported
from revivatech.platform import clock
from revivatech.platform.problems import Conflict, NotFound

from .. import actions
from ..actions.importing import MOST_BYTES, plan_of
from ..forms import ImportForm
from ..models import CatalogueImport, DeviceModel
from ..policies import check_export
from ..rows import COLUMNS, write_row
from ..store import identifiers_by_model
from .common import done

LATEST = 10
SHOWN = 200  # rows of each outcome on the preview


@require_http_methods(["GET", "HEAD", "POST"])
@needs("catalogue.edit")
def index(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file = cast("File[bytes]", form.cleaned_data["file"])
        content = file.read(MOST_BYTES + 1)  # one more than allowed is enough to refuse it
        upload = done(form, lambda: actions.receive_import(file.name or "", content, by=acting(request)))
        if upload is not None:
            return redirect("catalogue:import", upload.pk)
    latest = CatalogueImport.objects.defer("content").select_related("uploaded_by").order_by("-pk")[:LATEST]
    context = {"form": form, "latest": latest, "may_export": acting(request).may("exports.run")}
    return render(request, "catalogue/devices/imports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("catalogue.edit")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would do, row by row; posting does it."""
    upload = CatalogueImport.objects.filter(pk=pk).first()
    if upload is None:
        raise NotFound
    refused: Conflict | None = None
    if request.method == "POST":
        try:
            upload = actions.apply_import(pk, by=acting(request))
            messages.success(request, _("The devices were imported."))
            return redirect("catalogue:import", pk)
        except Conflict as problem:
            refused = problem
    plan = None if upload.applied_at else plan_of(upload.content)
    context = {"upload": upload, "plan": plan, "refused": refused, "shown": SHOWN}
    return render(request, "catalogue/devices/import.html", context, status=refused.status if refused else 200)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Every device that is not merged away, as a file that can be imported again."""
    check_export(acting(request))
    exported("catalogue.devices", by=acting(request))
    response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="devices-{clock.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


class _Echo:
    """A file that hands back what is written to it, for the csv module."""

    def write(self, text: str) -> str:
        return text


def _lines() -> Iterator[str]:
    writer = csv.DictWriter(_Echo(), COLUMNS)
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"  # the mark makes Excel read UTF-8
    identifiers = identifiers_by_model()
    models = DeviceModel.objects.filter(merged_into__isnull=True).select_related("brand", "family")
    for model in models.order_by("brand__name", "name", "pk").iterator(chunk_size=500):
        yield writer.writerow(write_row(model, identifiers.get(model.pk, [])))
