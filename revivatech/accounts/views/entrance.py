"""The links that let people in: the first owner and invited staff; and what allauth shows when somebody tries too often."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from revivatech.accounts import first_run, invitations
from revivatech.accounts.access import acting
from revivatech.accounts.adapters import home_of
from revivatech.accounts.forms import NewPersonForm, OwnerForm
from revivatech.accounts.models import Invitation, User
from revivatech.accounts.problems import WrongPerson
from revivatech.accounts.queries import with_email
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import SignInRequired, TooMany
from revivatech.platform.ui.navigation import link_to
from revivatech.platform.web.problems import problem_response


@never_cache
@require_http_methods(["GET", "POST"])
def first_run_page(request: HttpRequest, token: str) -> HttpResponse:
    """The owner's name, e-mail and password; then the set-up of the shop."""
    _slow_guessing(request)
    first_run.check_link(token)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = first_run.create_owner(token, **form.cleaned_data)
        return _sign_in(request, owner, form.cleaned_data["password"], to=link_to("shop:setup") or home_of(owner))
    return render(request, "accounts/first_run.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person joins: with the account they have, or with a new one."""
    _slow_guessing(request)
    invitation = invitations.opened(token)
    known = with_email(invitation.email)
    if known is not None and known.removed_at is None:
        return _join_as(request, token, invitation, known)
    if request.user.is_authenticated:
        raise WrongPerson
    form = NewPersonForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        person = invitations.accept(token, by=acting(request), **form.cleaned_data)
        return _sign_in(request, person, form.cleaned_data["password"], to=reverse("mfa_index"))
    page = {"form": form, "invitation": invitation}
    return render(request, "accounts/join.html", page, status=422 if form.errors else 200)


def _join_as(request: HttpRequest, token: str, invitation: Invitation, known: User) -> HttpResponse:
    if not request.user.is_authenticated:
        raise SignInRequired
    if request.user.pk != known.pk:
        raise WrongPerson
    if request.method == "POST":
        invitations.accept(token, by=acting(request))
        return redirect("mfa_index")
    return render(request, "accounts/join.html", {"form": None, "invitation": invitation})


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth's limits answer with this (`handler429` in urls.py)."""
    return problem_response(request, TooMany(retry_after=60))


def _sign_in(request: HttpRequest, user: User, password: str, *, to: str) -> HttpResponse:
    login = Login(user=user, email=user.email, redirect_url=to)
    response: HttpResponse = perform_password_login(request, {"email": user.email, "password": password}, login)
    return response


def _slow_guessing(request: HttpRequest) -> None:
    hit("accounts.link", address_block(client_address(request)), limit=60, per=3600)
