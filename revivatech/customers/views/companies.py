"""Business accounts: for staff, and for the people who speak for a company."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from revivatech.accounts.access import acting, needs, needs_sign_in
from revivatech.platform.limits import address_block, client_address, hit
from revivatech.platform.problems import Conflict, Invalid, NotFound, SignInRequired

from .. import actions, companies
from ..forms import CompanyForm, ContactInviteForm, RightsForm
from ..models import Company, Contact
from ..names import tidy
from .workbench import attach

PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.view")
def index(request: HttpRequest) -> HttpResponse:
    """The list, newest first, and a form for a new one."""
    form = CompanyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("customers:company_show", actions.add_company(**form.cleaned_data, by=acting(request)).pk)
    text, before = tidy(request.GET.get("q", "")[:200])[:100], request.GET.get("before", "")
    rows = companies.listed(acting(request), text)
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = urlencode({"q": text, "before": found[PAGE - 1].pk}) if len(found) > PAGE else ""
    page = {"companies": found[:PAGE], "q": text, "older": older, "first_page": not before, "form": form}
    return render(request, "customers/companies.html", page, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("customers.view")
def show(request: HttpRequest, company: int) -> HttpResponse:
    found = _found(request, company)
    initial = {"name": found.name, "vat_number": found.vat_number}
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.edit_company(company, **form.cleaned_data, by=acting(request))
        messages.success(request, _("Saved."))
        return redirect("customers:company_show", company)
    return _staff_page(request, found, form, status=422 if form.errors else 200)


@require_POST
@needs("customers.edit")
def closing(request: HttpRequest, company: int) -> HttpResponse:
    actions.close_company(company, by=acting(request))
    messages.success(request, _("The business account is closed."))
    return redirect("customers:companies")


@require_POST
@needs("customers.edit")
def contact_add(request: HttpRequest, company: int) -> HttpResponse:
    """An existing customer by number, from their page."""
    form, number = RightsForm(request.POST), request.POST.get("customer", "")
    form.is_valid()
    if not number.isdecimal() or len(number) > 18:
        messages.error(request, _("Enter the number of the customer; it stands in the address of their page."))
        return redirect("customers:company_show", company)
    return _done(
        request, "staff", company, lambda: actions.add_contact(company, int(number), form.rights(), by=acting(request))
    )


@never_cache
@require_safe
@needs_sign_in
def own(request: HttpRequest) -> HttpResponse:
    """The company I speak for: its people, and what I may do."""
    contact = companies.own_contact(acting(request))
    if contact is None:
        return render(request, "customers/company_none.html", {})
    return render(request, "customers/company.html", _shown(request, contact.company, contact))


@require_POST
@needs_sign_in
def invitation(request: HttpRequest, company: int) -> HttpResponse:
    form = ContactInviteForm(request.POST)
    if not form.is_valid():
        return _refused(request, company, form)
    hit("customers.invite", str(acting(request).user_id), limit=30, per=86_400)
    email, language = form.cleaned_data["email"], form.cleaned_data["language"]
    try:
        invited = actions.invite_contact(
            company, email=email, rights=form.rights(), language=language, by=acting(request)
        )
    except Invalid as problem:
        attach(form, problem)  # type: ignore[arg-type]
        return _refused(request, company, form)
    told = (
        _("The invitation is on its way.")
        if invited.mailed
        else _("Hand this link over: %(link)s") % {"link": invited.link}
    )
    messages.success(request, told)
    return _back(request, company)


@require_POST
@needs_sign_in
def withdrawal(request: HttpRequest, company: int, invitation: int) -> HttpResponse:
    actions.withdraw_contact(company, invitation, by=acting(request))
    messages.success(request, _("The invitation is withdrawn."))
    return _back(request, company)


@require_POST
@needs_sign_in
def rights(request: HttpRequest, company: int, contact: int) -> HttpResponse:
    form = RightsForm(request.POST)
    form.is_valid()
    return _done(
        request, "", company, lambda: actions.change_rights(company, contact, form.rights(), by=acting(request))
    )


@require_POST
@needs_sign_in
def removal(request: HttpRequest, company: int, contact: int) -> HttpResponse:
    return _done(request, "", company, lambda: actions.remove_contact(company, contact, by=acting(request)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person reads what it means, signs in or up with that address, and says yes."""
    hit("accounts.link", address_block(client_address(request)), limit=60, per=3600)
    invitation = actions.opened_invitation(token)
    if request.method == "POST":
        if acting(request).user_id is None:
            raise SignInRequired
        actions.accept_invitation(token, by=acting(request))
        messages.success(request, _("You speak for %(company)s now.") % {"company": invitation.company})
        return redirect("customers:company")
    signed_in = acting(request).user_id is not None
    fits = signed_in and companies.proves(request.user, invitation.email)
    return render(
        request, "customers/company_join.html", {"invitation": invitation, "signed_in": signed_in, "fits": fits}
    )


def _done(request: HttpRequest, _who: str, company: int, act: Any) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Saved."))
    except Conflict as problem:
        messages.error(request, str(problem.detail or problem.title))
    return _back(request, company)


def _back(request: HttpRequest, company: int) -> HttpResponse:
    if acting(request).may("customers.view"):
        return redirect("customers:company_show", company)
    return redirect("customers:company")


def _refused(request: HttpRequest, company: int, form: ContactInviteForm) -> HttpResponse:
    found = _found(request, company)
    if acting(request).may("customers.view"):
        return _staff_page(request, found, CompanyForm(initial={"name": found.name}), invite=form, status=422)
    contact = companies.own_contact(acting(request))
    assert contact is not None
    return render(request, "customers/company.html", {**_shown(request, found, contact), "invite": form}, status=422)


def _staff_page(
    request: HttpRequest, found: Company, form: CompanyForm, *, status: int, invite: Any = None
) -> HttpResponse:
    page = {**_shown(request, found, None), "form": form, **({"invite": invite} if invite else {})}
    return render(request, "customers/company_show.html", page, status=status)


def _shown(request: HttpRequest, company: Company, contact: Contact | None) -> dict[str, Any]:
    may_manage = company.closed_at is None and companies.may_manage(company, acting(request))
    return {
        "company": company, "contact": contact, "may_manage": may_manage, "contacts": companies.contacts_of(company),
        "may_give_approval": companies.may_give_approval(acting(request)),
        "invitations": companies.invitations_of(company) if may_manage else [], "invite": ContactInviteForm(initial={"may_book": True}),
        "adding": RightsForm(initial={"may_book": True}, auto_id="add_%s"),
    }  # fmt: skip


def _found(request: HttpRequest, pk: int) -> Company:
    company = companies.visible_to(acting(request)).filter(pk=pk).first()
    if company is None:
        raise NotFound
    return company
