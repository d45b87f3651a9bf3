"""Addresses of accounts. allauth's own are under /accounts/, before which stand its two views that we extend."""

from __future__ import annotations

from allauth.account.views import signup
from django.db import transaction
from django.urls import URLPattern, URLResolver, include, path

from .views import entrance, security, staff

ours = (
    [
        path("first/<str:token>/", entrance.first_run_page, name="first_run"),
        path("join/<str:token>/", entrance.join, name="join"),
        path("account/security/", security.security, name="security"),
        path("workbench/staff/", staff.staff, name="staff"),
        path("workbench/staff/now/", staff.staff_now, name="staff_now"),
        path("workbench/staff/invitations/", staff.invite, name="invite"),
        path("workbench/staff/invitations/<int:invitation_id>/renewal/", staff.renewal, name="renewal"),
        path("workbench/staff/invitations/<int:invitation_id>/withdrawal/", staff.withdrawal, name="withdrawal"),
        path("workbench/staff/<int:user_id>/", staff.member, name="member"),
        path("workbench/staff/<int:user_id>/suspension/", staff.suspension, name="suspension"),
        path("workbench/staff/<int:user_id>/reactivation/", staff.reactivation, name="reactivation"),
    ],
    "accounts",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(ours)),
    # The new account and the job that mails its code commit together.
    path("accounts/signup/", transaction.atomic(signup)),
    path("accounts/sessions/", security.SessionsView.as_view()),
    path("accounts/", include("allauth.urls")),
]
