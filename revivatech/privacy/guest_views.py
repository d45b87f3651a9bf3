"""The data of a customer without an account, for staff whom that customer asked. Every page asks again who it is."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.customers.models import Customer
from revivatech.platform import clock
from revivatech.platform.limits import hit
from revivatech.platform.problems import NotFound

from . import guests
from .actions import why_not_erasable
from .forms import GuestErasureForm


@never_cache
@require_http_methods(["GET", "POST"])
@needs(guests.PERMISSION)
@reauthentication_required  # type: ignore[untyped-decorator]
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked for, and the form of erasure."""
    customer = Customer.objects.visible_to(acting(request)).filter(pk=pk).first()
    if customer is None:
        raise NotFound
    form = GuestErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        guests.ask_erasure(pk, by=acting(request))
        messages.success(request, _("The customer is being erased. It takes a few minutes."))
        return redirect("customers:show", pk)
    asked = guests.requests_of(customer, by=acting(request))
    shown = {"customer": customer, "form": form, "asked": asked, "now": clock.now()}
    shown["why_not"] = why_not_erasable(customer)
    return render(request, "privacy/guest.html", shown, status=422 if form.errors else 200)


@require_POST
@needs(guests.PERMISSION)
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest, pk: int) -> HttpResponse:
    hit("privacy.guest_export", str(acting(request).user_id), limit=50, per=86_400)
    guests.ask_export(pk, by=acting(request))
    return redirect("privacy:guest", pk)


@never_cache
@require_GET
@needs(guests.PERMISSION)
@reauthentication_required  # type: ignore[untyped-decorator]
def archive(request: HttpRequest, pk: int, request_id: int) -> FileResponse:
    kept = guests.archive_of(pk, request_id, by=acting(request))
    return FileResponse(default_storage.open(kept.path), as_attachment=True, filename=f"customer-{pk}-data.zip")
