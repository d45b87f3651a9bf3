"""What an owner fills in for keys and webhooks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.shop.models import Location

from .keys import SCOPES
from .told import TOLD


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Which program is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may yourself. Settings, staff, money and exports are not for programs."),
    )  # fmt: skip
    location = forms.ModelChoiceField(
        Location.objects.filter(active=True), label=_("Where?"), required=False, empty_label=_("Wherever I may")
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"), coerce=int, initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (366, _("One year"))],
    )  # fmt: skip
    per_minute = forms.IntegerField(label=_("Requests a minute, at most"), min_value=1, max_value=6000, initial=120)


class WebhookForm(forms.Form):
    url = forms.CharField(label=_("Address"), max_length=500, help_text=_("Where we send to; it begins with https://."))
    about = forms.CharField(label=_("What is it for?"), max_length=80, required=False)
    events = forms.MultipleChoiceField(
        label=_("What is it told?"), choices=list(TOLD.items()), widget=forms.CheckboxSelectMultiple
    )
    on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)
