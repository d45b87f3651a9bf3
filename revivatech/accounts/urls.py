"""Addresses of accounts. allauth's own are under /accounts/, before which stand its two views that we extend."""

from __future__ import annotations

from allauth.account.views import login, signup
from allauth.socialaccount.views import signup as provider_signup
from django.db import transaction
from django.urls import URLPattern, URLResolver, include, path

from .views import audit, entrance, language, person, provider, roles, security, shortcuts, staff, support

ours = (
    [
        path("first/<str:token>/", entrance.first_run_page, name="first_run"),
        path("join/<str:token>/", entrance.join, name="join"),
        path("language/", language.choose, name="language"),
        path("account/security/", security.security, name="security"),
        path("account/sessions/<int:session_id>/end/", security.session_end, name="session_end"),
        path("accounts/google/login/", provider.begin, name="provider_login"),
        path("accounts/google/login/callback/", provider.callback, name="provider_callback"),
        path("account/security/connection/", provider.join, name="provider_join"),
        path("workbench/settings/sign-in/", provider.settings_page, name="sign_in_settings"),
        path("workbench/settings/sign-in/removal/", provider.settings_off, name="sign_in_off"),
        path("workbench/shortcuts/", shortcuts.shortcuts, name="shortcuts"),
        path("workbench/audit/", audit.index, name="audit"),
        path("workbench/audit/export/", audit.export, name="audit_export"),
        path("workbench/staff/", staff.staff, name="staff"),
        path("workbench/staff/now/", staff.staff_now, name="staff_now"),
        path("workbench/staff/invitations/", staff.invite, name="invite"),
        path("workbench/staff/invitations/<int:invitation_id>/renewal/", staff.renewal, name="renewal"),
        path("workbench/staff/invitations/<int:invitation_id>/withdrawal/", staff.withdrawal, name="withdrawal"),
        path("workbench/staff/invitations/list/", staff.invite_list, name="invite_list"),
        path("workbench/staff/support/", support.index, name="support"),
        path("workbench/staff/support/<int:user_id>/end/", support.ending, name="support_end"),
        path("workbench/staff/roles/", roles.index, name="roles"),
        path("workbench/staff/roles/new/", roles.new, name="role_new"),
        path("workbench/staff/roles/<int:role_id>/", roles.change, name="role"),
        path("workbench/staff/roles/<int:role_id>/removal/", roles.removal, name="role_removal"),
        path("workbench/staff/<int:user_id>/", person.member, name="member"),
        path("workbench/staff/<int:user_id>/profile/", person.profile, name="member_profile"),
        path("workbench/staff/<int:user_id>/suspension/", person.suspension, name="suspension"),
        path("workbench/staff/<int:user_id>/reactivation/", person.reactivation, name="reactivation"),
        path("workbench/staff/<int:user_id>/second-factor/", person.second_factor, name="second_factor"),
        path("workbench/staff/<int:user_id>/removal/", person.removal, name="removal"),
    ],
    "accounts",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(ours)),
    # The new account and the job that mails its code commit together.
    path("accounts/signup/", provider.leads_out(transaction.atomic(signup))),
    path("accounts/sessions/", security.SessionsView.as_view()),
    # Their buttons may lead to the sign-in provider.
    path("accounts/login/", provider.leads_out(login)),
    path("accounts/3rdparty/signup/", transaction.atomic(provider_signup)),
    path("accounts/3rdparty/", provider.connections),
    # One by one: allauth.urls would add addresses for one-tap tokens, which we do not take.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
]
