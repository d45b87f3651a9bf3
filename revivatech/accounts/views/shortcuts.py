"""Every keyboard shortcut on one plain page, and the way to do without them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revivatech.accounts.access import acting, needs_sign_in
from revivatech.platform.problems import Denied
from revivatech.platform.ui.shortcuts import SHORTCUTS

from .. import actions


@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
def shortcuts(request: HttpRequest) -> HttpResponse:
    if not acting(request).is_staff:
        raise Denied
    if request.method == "POST":
        actions.choose_shortcuts(request.POST.get("keys") == "on", by=acting(request))
        messages.success(request, _("Saved."))
        return redirect("accounts:shortcuts")
    return render(request, "accounts/shortcuts.html", {"groups": SHORTCUTS})
