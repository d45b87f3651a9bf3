"""Addresses of quotes: the customer's page, the workbench."""

from __future__ import annotations

from django.urls import path

from .views import builder, public, workbench

app_name = "quotes"
urlpatterns = [
    path("quotes/<str:token>/", public.show, name="show"),
    path("quotes/<str:token>/now/", public.now, name="now"),
    path("quotes/<str:token>/total/", public.total, name="total"),
    path("quotes/<str:token>/answer/", public.answer, name="answer"),
    path("quotes/<str:token>/renewal/", public.renewal, name="renewal"),
    path("quotes/<str:token>/quote.pdf", public.pdf, name="pdf"),
    path("quotes/<str:token>/repair-form/", public.repair_form, name="repair_form"),
    path("quotes/<str:token>/repair-form.pdf", public.repair_form_pdf, name="repair_form_pdf"),
    path("workbench/quotes/", workbench.quote_list, name="list"),
    path("workbench/quotes/now/", workbench.list_now, name="list_now"),
    path("workbench/quotes/templates/", workbench.templates, name="templates"),
    path("workbench/quotes/templates/<int:pk>/removal/", workbench.template_removal, name="template_removal"),
    path("workbench/quotes/<int:pk>/", builder.page, name="quote"),
    path("workbench/quotes/<int:pk>/now/", builder.now, name="quote_now"),
    path("workbench/quotes/<int:pk>/sums/", builder.sums, name="sums"),
    path("workbench/quotes/<int:pk>/preview/", builder.preview, name="preview"),
    path("workbench/quotes/<int:pk>/answer/", workbench.answer, name="record_answer"),
    path("workbench/quotes/<int:pk>/withdrawal/", workbench.withdrawal, name="withdrawal"),
    path("workbench/quotes/<int:pk>/total/", workbench.total, name="record_total"),
    path("workbench/repairs/<str:code>/quotes/", workbench.start, name="start"),
]
