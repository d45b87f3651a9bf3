"""The customer's page for one review, the public page of all, and the staff's list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs
from revivatech.platform.actors import Actor, by_link
from revivatech.platform.limits import hit
from revivatech.platform.problems import Invalid, NotFound
from revivatech.platform.web.privacy import private_page
from revivatech.repairs.models import Repair
from revivatech.repairs.statuses import COMPLETED
from revivatech.shop.queries import business

from .. import structured
from ..head import Head
from ..views.common import front_page, show
from . import actions, asking
from .forms import AnswerForm, HideForm, ReviewForm
from .models import Review, WithdrawnReview
from .queries import Said, rating

PAGE = 20


@front_page
def index(request: HttpRequest) -> HttpResponse:
    """All public reviews, newest first. `before` is the key of the next page; engines keep the first one."""
    shown = Review.objects.shown()
    before = _before(request)
    rows = list((shown.filter(pk__lt=before) if before else shown).for_reading()[: PAGE + 1])
    said = Said(rows=rows[:PAGE], rating=rating(shown))
    path = reverse("site:reviews")
    head = Head(
        title=_("Reviews by our customers"),
        description=_("What customers say about their repair with us, good and bad, and how we check reviews."),
        path=path,
        trail=[(_("Reviews"), path)],
        data=[structured.rated(structured.organization(business()), said)],
        index=bool(rows) and not before,
    )
    context = {
        "said": said,
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "hidden": Review.objects.exclude(hidden_for="").count(),
    }
    return show(request, "site/reviews/index.html", head, context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Write, read and change the review of one's own repair."""
    repair = _by_token(token)
    review = Review.objects.filter(repair=repair).first()
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=_initial(review))
    if request.method == "POST" and form.is_valid():
        hit("review", str(repair.pk), limit=10, per=86400)
        given = form.cleaned_data
        actions.write(
            repair.pk, stars=given["stars"], text=given["text"], named=given["shown_as"] == "name",
            language=get_language() or "en-gb", by=_customer(request, repair),
        )  # fmt: skip
        messages.success(request, _("Thank you. Your review is published."))
        return redirect("site:review", token)
    context = {
        "repair": repair,
        "review": review,
        "form": form,
        "finished": repair.status == COMPLETED,
        "name": actions.shown_name(repair.customer.name),
        "withdrawn": WithdrawnReview.objects.filter(repair=repair).exists(),
        "asked": asking.may_be_told(repair.customer_id),
    }
    return render(request, "site/reviews/own.html", context, status=422 if form.errors else 200)


@private_page
@require_POST
def withdrawal(request: HttpRequest, token: str) -> HttpResponse:
    repair = _by_token(token)
    actions.withdraw(repair.pk, by=_customer(request, repair))
    messages.success(request, _("Your review is withdrawn and deleted."))
    return redirect("site:review", token)


@private_page
@require_POST
def no_requests(request: HttpRequest, token: str) -> HttpResponse:
    repair = _by_token(token)
    actions.stop_requests(repair.pk, by=_customer(request, repair))
    messages.success(request, _("We will not write to you about reviews any more."))
    return redirect("site:review", token)


@require_safe
@needs("reviews.manage")
def desk(request: HttpRequest) -> HttpResponse:
    """Newest first, hidden ones marked."""
    rows = Review.objects.visible_to(acting(request))
    before = _before(request)
    listed = rows.filter(pk__lt=before) if before else rows
    found = list(listed.for_reading()[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "next": found[PAGE - 1].pk if len(found) > PAGE else None,
        "hidden": rows.exclude(hidden_for="").count(),
        "reasons": Review.Reason.choices,
    }
    return render(request, "site/reviews/desk.html", context)


@require_POST
@needs("reviews.manage")
def hiding(request: HttpRequest, pk: int) -> HttpResponse:
    form = HideForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("A review is hidden for one of the reasons in the list only."))
    review = actions.hide(pk, form.cleaned_data["reason"], by=acting(request))
    messages.success(request, _("The review is hidden.") if review.hidden_for else _("The review is shown again."))
    return redirect("site:reviews_desk")


@require_POST
@needs("reviews.manage")
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Invalid({"text": [str(error) for error in form.errors["text"]]})
    review = actions.answer(pk, form.cleaned_data["text"], by=acting(request))
    messages.success(request, _("Your answer is published.") if review.reply else _("Your answer is removed."))
    return redirect("site:reviews_desk")


def _by_token(token: str) -> Repair:
    found = Repair.objects.select_related("customer", "location", "device__model__brand").filter(token=token).first()
    if found is None:
        raise NotFound(_("This link is not one of ours. Check that it is complete, or have it sent again."))
    return found


def _customer(request: HttpRequest, repair: Repair) -> Actor:
    """The link speaks for the customer, but not in the hands of staff, who know every link."""
    actor = acting(request)
    return actor if actor.is_staff else by_link("repair", repair.pk)


def _initial(review: Review | None) -> dict[str, str]:
    if review is None:
        return {"shown_as": "name"}
    return {"stars": str(review.stars), "text": review.text, "shown_as": "name" if review.name else "anonymous"}


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given[:18]) if given.isascii() and given.isdigit() else None
