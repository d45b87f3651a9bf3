"""What people type about time on the job."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .. import statuses as s
from .models import MOST_MINUTES
from .rules import WORKED_IN


class ClockForm(forms.Form):
    act = forms.ChoiceField(choices=[("start", _("Start")), ("pause", _("Pause")), ("stop", _("Stop"))])
    technician = forms.IntegerField(required=False)


class CorrectionForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes that count"), min_value=0, max_value=MOST_MINUTES)
    before = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class EntryForm(forms.Form):
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES)
    status = forms.ChoiceField(
        label=_("Stage"), choices=[(key, one.label) for key, one in s.STATUSES.items() if key in WORKED_IN]
    )
    technician = forms.TypedChoiceField(label=_("Technician"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: object, technicians: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["technician"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = technicians
