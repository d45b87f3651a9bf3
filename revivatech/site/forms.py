"""What visitors and owners fill in on the public side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.booking.problems import AutomatedForm

from .models import ContactMessage


class ContactForm(forms.Form):
    use_required_attribute = False

    about = forms.ChoiceField(label=_("What is it about?"), choices=ContactMessage.About.choices)
    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("Our answer goes there."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea({"rows": 7}),
        help_text=_("For a repair, give its code if you have it. Please send no passwords or passcodes."),
    )
    website = forms.CharField(required=False)  # the trap: people never see it

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("website"):
            raise AutomatedForm
        if "name" in data:
            data["name"] = " ".join(data["name"].split())  # it becomes part of a mail's header
        return {name: value for name, value in data.items() if name != "website"}


class ReplyForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea({"rows": 8}))
