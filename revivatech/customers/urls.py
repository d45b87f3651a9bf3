"""Customers for staff, and one's own profile."""

from __future__ import annotations

from django.urls import path

from .views import companies, merging, notes, portal, workbench

app_name = "customers"
urlpatterns = [
    path("workbench/customers/", workbench.index, name="list"),
    path("workbench/customers/new/", workbench.new, name="new"),
    path("workbench/customers/<int:pk>/", workbench.show, name="show"),
    path("workbench/customers/<int:pk>/now/", workbench.show_now, name="show_now"),
    path("workbench/customers/<int:pk>/details/", workbench.edit, name="edit"),
    path("workbench/customers/<int:pk>/merge/", merging.merge, name="merge"),
    path("workbench/customers/<int:pk>/device-merge/", merging.merge_devices, name="merge_devices"),
    path("workbench/customers/<int:pk>/merges/<int:merge>/reversal/", merging.reversal, name="reversal"),
    path("workbench/customers/<int:pk>/notes/", notes.add, name="notes"),
    path("workbench/customers/<int:pk>/notes/<int:note>/removal/", notes.removal, name="note_removal"),
    path("workbench/companies/", companies.index, name="companies"),
    path("workbench/companies/<int:company>/", companies.show, name="company_show"),
    path("workbench/companies/<int:company>/closing/", companies.closing, name="company_closing"),
    path("workbench/companies/<int:company>/contacts/", companies.contact_add, name="contact_add"),
    path("account/company/", companies.own, name="company"),
    path("account/company/<int:company>/invitations/", companies.invitation, name="company_invite"),
    path(
        "account/company/<int:company>/invitations/<int:invitation>/withdrawal/",
        companies.withdrawal,
        name="company_withdrawal",
    ),
    path("account/company/<int:company>/contacts/<int:contact>/rights/", companies.rights, name="contact_rights"),
    path("account/company/<int:company>/contacts/<int:contact>/removal/", companies.removal, name="contact_removal"),
    path("company/join/<str:token>/", companies.join, name="company_join"),
    path("account/profile/", portal.profile, name="profile"),
]
