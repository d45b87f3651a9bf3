"""Forms about passcodes. What was typed into `secret` is never given back to a page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Kind


class EntryForm(forms.Form):
    kind = forms.ChoiceField(label=_("What locks the device"), choices=Kind.choices)
    secret = forms.CharField(label=_("Passcode"), required=False, max_length=200, strip=False)


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
