"""Customers for staff, and one's own profile."""

from __future__ import annotations

from django.urls import path

from .views import merging, notes, portal, workbench

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
    path("account/profile/", portal.profile, name="profile"),
]
