from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, erase me. I know that this cannot be undone."),
        error_messages={"required": _("Tick this if you are sure.")},
    )


class GuestErasureForm(forms.Form):
    sure = forms.BooleanField(
        label=_("The customer asked for it, and I made sure who they are. This cannot be undone."),
        error_messages={"required": _("Tick this if you are sure.")},
    )
