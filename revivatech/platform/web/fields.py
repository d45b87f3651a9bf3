"""Fields that forms of several packages ask with."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def language_field() -> forms.ChoiceField:
    """The language of an invitation. Left open it is the invited person's own, where we know them."""
    return forms.ChoiceField(
        label=_("Language of the invitation"),
        choices=lambda: [("", _("Theirs if we know it, otherwise the one you read now")), *settings.LANGUAGES],
        required=False,
    )
