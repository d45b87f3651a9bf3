"""What a manager types about skills."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.catalogue.choices import Category

from .models import Level


class SkillForm(forms.Form):
    service_key = forms.ChoiceField(label=_("Service"), required=False)
    category = forms.ChoiceField(
        label=_("Kind of device"), required=False, choices=[("", _("Every kind")), *Category.choices]
    )
    level = forms.TypedChoiceField(label=_("How well"), coerce=int, choices=Level.choices, initial=Level.ABLE)

    def __init__(self, *args: object, services: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["service_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Every service")), *services.items()]
