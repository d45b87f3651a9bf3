"""The settings page of the menus: order, words, hidden links; looked at before it is saved, and brought back afterwards."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from revivatech.accounts.access import acting, needs
from revivatech.platform.problems import NotFound
from revivatech.platform.ui.navigation import footer_navigation, public_navigation
from revivatech.shop.actions import change_business
from revivatech.shop.queries import business

from ..menu import arranged, choices, from_form, history


@require_http_methods(["GET", "HEAD", "POST"])
@needs("shop.settings")
def arrange(request: HttpRequest) -> HttpResponse:
    menu = from_form(request, request.POST) if request.method == "POST" else business().menu
    if request.method == "POST" and "look" not in request.POST:
        change_business({"menu": menu}, part="menu", by=acting(request))
        messages.success(request, _("Saved."))
        return redirect("site:menu")
    context = {
        "rows": list(choices(request, menu)),
        "header": arranged(menu, "header", public_navigation(request)),
        "footer": [(title, arranged(menu, "footer", links)) for title, links in footer_navigation(request)],
        "languages": settings.LANGUAGES,
        "looking": request.method == "POST",
        "history": history(),
    }
    return render(request, "site/menu.html", context)


@require_POST
@needs("shop.settings")
def again(request: HttpRequest, event_id: int) -> HttpResponse:
    """An arrangement of before, once more; it becomes the newest of the history."""
    found = next((row for row in history() if row.pk == event_id), None)
    if found is None:
        raise NotFound
    change_business({"menu": found.payload["after"]["menu"]}, part="menu", by=acting(request))
    messages.success(request, _("Saved."))
    return redirect("site:menu")
