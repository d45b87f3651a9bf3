"""Forms of hand-over, claims and returns. What counts is decided by the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.platform import ids

from ..models import Handover
from .models import Cause


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class HandOverForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=_("How it leaves"), choices=Handover._meta.get_field("method").flatchoices, initial="collected",
        widget=forms.RadioSelect,
    )  # fmt: skip
    received_by = forms.CharField(label=_("Handed to"), max_length=120)
    identity = forms.ChoiceField(
        label=_("How you know that it is the right person"), required=False, widget=forms.RadioSelect,
        choices=Handover._meta.get_field("identity").flatchoices,
    )  # fmt: skip
    given_code = forms.CharField(label=_("Hand-over code"), required=False, max_length=12)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    tracking_number = forms.CharField(label=_("Tracking number"), required=False, max_length=60)
    returned = forms.MultipleChoiceField(
        label=_("Goes back with the device"), required=False, widget=forms.CheckboxSelectMultiple
    )
    accessories_note = forms.CharField(label=_("What became of what is not ticked"), required=False, max_length=500)

    def __init__(self, *args: Any, accessories: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity"].required = self.data.get("method") != "posted"
        _choices(self, "returned", [(thing, thing) for thing in accessories])


class ClaimForm(forms.Form):
    lines = forms.TypedMultipleChoiceField(
        label=_("What it is about"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    fault = forms.CharField(
        label=_("What is wrong now"), min_length=10, max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, lines: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "lines", lines)


class CustomerClaimForm(ClaimForm):
    """As customers fill it in; `key` keeps a photo sent twice from being kept twice."""

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput, initial=ids.new_token)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="claim-%s", **kwargs)


class ReturnForm(ClaimForm):
    same_device = forms.BooleanField(label=_("It is the same device"), required=False, initial=True)
    accessories = forms.CharField(label=_("Accessories left with us"), required=False, max_length=300)
    condition = forms.CharField(label=_("Condition"), required=False, max_length=300)
    accepted_reason = forms.CharField(label=_("Accept it out of cover because"), required=False, max_length=500)
    claim = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CauseForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    cause = forms.ChoiceField(label=_("What made it come back"), choices=Cause.choices)
    note = forms.CharField(label=_("What you found"), required=False, max_length=1000)
    renews = forms.BooleanField(label=_("Start the warranty of this work anew at hand-over"), required=False)


class RefusalForm(forms.Form):
    claim = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label=_("Answer, for the customer"), max_length=1000)
