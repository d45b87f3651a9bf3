"""One's own data: take it away, or be erased. What takes it away asks again who it is."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from revivatech.accounts.access import acting, needs_sign_in
from revivatech.platform import clock
from revivatech.platform.limits import hit

from . import actions
from .forms import ErasureForm
from .models import Request


@never_cache
@require_GET
@needs_sign_in
def index(request: HttpRequest) -> HttpResponse:
    mine = Request.objects.filter(user_id=acting(request).user_id or 0, kind=Request.Kind.EXPORT)
    return render(request, "privacy/data.html", {"archives": list(mine[:5]), "now": clock.now()})


@require_POST
@needs_sign_in
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponse:
    hit("privacy.export", str(acting(request).user_id), limit=5, per=86_400)
    actions.ask_export(by=acting(request))
    return redirect("privacy:data")


@never_cache
@require_GET
@needs_sign_in
@reauthentication_required  # type: ignore[untyped-decorator]
def archive(request: HttpRequest, request_id: int) -> FileResponse:
    mine = actions.archive_of(request_id, by=acting(request))
    return FileResponse(default_storage.open(mine.path), as_attachment=True, filename="my-data.zip")


@never_cache
@require_http_methods(["GET", "POST"])
@needs_sign_in
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def erasure(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.ask_erasure(by=acting(request))
        logout(request)
        return redirect("privacy:goodbye")
    page = {"form": form, "why_not": actions.why_not_erasable(request.user)}  # type: ignore[arg-type]
    return render(request, "privacy/erasure.html", page, status=422 if form.errors else 200)


@require_GET
def goodbye(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/goodbye.html")
