"""What people type about repairs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Handover, Outcome, PriceAnswer


class FindForm(forms.Form):
    """Code plus e-mail or phone: enough to have the private link sent again, not to see anything."""

    code = forms.CharField(label=_("Repair code"), max_length=20)
    contact = forms.CharField(label=_("E-mail address or phone number"), max_length=254)


class VersionedForm(forms.Form):
    """Every form that changes a repair carries the version of the page it was on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(VersionedForm):
    after = forms.CharField(max_length=20)
    reason = forms.CharField(label=_("Note for the customer"), required=False, max_length=500)
    worked_minutes = forms.IntegerField(label=_("Minutes worked"), required=False, min_value=0, max_value=60_000)
    lead_days = forms.IntegerField(label=_("Supplier's lead time, days"), required=False, min_value=0, max_value=365)


class CheckInForm(VersionedForm):
    accessories = forms.CharField(label=_("Accessories left with us"), required=False, max_length=300)
    condition = forms.CharField(label=_("Condition"), required=False, max_length=300)
    storage_place = forms.CharField(label=_("Storage place"), required=False, max_length=60)


class ReasonForm(VersionedForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PriceForm(VersionedForm):
    price = forms.DecimalField(label=_("Price, VAT included"), min_value=0, max_digits=9, decimal_places=2)
    finding = forms.CharField(label=_("What we found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """A customer's own answer, from the private link or the portal."""

    answer = forms.ChoiceField(choices=[("yes", _("Approve")), ("no", _("Decline"))])
    pence = forms.IntegerField(widget=forms.HiddenInput)
    said_by = forms.CharField(label=_("Your name"), max_length=120)
    words = forms.CharField(
        label=_("Anything to add"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class RecordedAnswerForm(AnswerForm, VersionedForm):
    """The same, written down by staff."""

    said_by = forms.CharField(label=_("Who answered"), max_length=120)
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            choice for choice in PriceAnswer._meta.get_field("how").flatchoices if choice[0] not in ("link", "portal")
        ],
    )


class ReadyForm(VersionedForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    summary = forms.CharField(
        label=_("For the customer"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    worked_minutes = forms.IntegerField(label=_("Minutes worked"), required=False, min_value=0, max_value=60_000)


class HandoverForm(VersionedForm):
    received_by = forms.CharField(label=_("Handed to"), max_length=120)
    method = forms.ChoiceField(label=_("How it left"), choices=Handover._meta.get_field("method").flatchoices)
    tracking_number = forms.CharField(label=_("Tracking number"), required=False, max_length=60)


class NoteForm(forms.Form):
    body = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    for_customer = forms.BooleanField(label=_("The customer reads this"), required=False)


class AssignForm(VersionedForm):
    technician = forms.IntegerField(required=False)


class PromiseForm(VersionedForm):
    ready_by = forms.DateTimeField(
        label=_("Ready by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    reason = forms.CharField(label=_("Reason, for the customer"), max_length=500)


class DetailsForm(VersionedForm):
    description = forms.CharField(
        label=_("Fault"), min_length=10, max_length=1500, widget=forms.Textarea(attrs={"rows": 3})
    )
    condition = forms.CharField(label=_("Condition"), required=False, max_length=300)
    accessories = forms.CharField(label=_("Accessories left with us"), required=False, max_length=300)
    storage_place = forms.CharField(label=_("Storage place"), required=False, max_length=60)
