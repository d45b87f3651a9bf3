"""Addresses of files."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "files"
urlpatterns = [path("files/<uuid:uuid>/<slug:size>", views.show, name="show")]
