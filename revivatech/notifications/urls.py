"""Addresses of messages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("workbench/messages/", views.message_list, name="list"),
    path("workbench/messages/<int:pk>/", views.show, name="show"),
    path("workbench/messages/<int:pk>/body/", views.body, name="body"),
    path("workbench/messages/<int:pk>/sending/", views.resend, name="resend"),
]
