"""What a form says about a field that was left empty: what to do, in place of Django's "This field is required."."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EMPTY: dict[type[forms.Field], Promise] = {
    forms.Field: _("Write something here."),
    forms.ChoiceField: _("Choose one."),
    forms.ModelChoiceField: _("Choose one."),
    forms.MultipleChoiceField: _("Choose at least one."),
    forms.ModelMultipleChoiceField: _("Choose at least one."),
    forms.BooleanField: _("Tick this."),
    forms.FileField: _("Choose a file."),
    forms.DateField: _("Write a date."),
    forms.TimeField: _("Write a time."),
    forms.IntegerField: _("Write a number."),
    forms.DecimalField: _("Write a number."),
    forms.EmailField: _("Write an e-mail address."),
    forms.URLField: _("Write an address."),
}


def install() -> None:
    """For every form, also those of libraries. A field with words of its own keeps them."""
    for field, words in EMPTY.items():
        own: dict[str, Any] = field.__dict__.get("default_error_messages", {})
        own = {**own, "required": words}
        field.default_error_messages = own
