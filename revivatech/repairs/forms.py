"""What people type about repairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.booking.forms import AboutForm
from revivatech.booking.models import Urgency
from revivatech.catalogue.models import Category

from .models import Outcome, PriceAnswer


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
    score = forms.IntegerField(label=_("Score, 1 to 5"), required=False, min_value=1, max_value=5)
    verdict = forms.CharField(label=_("For colleagues"), required=False, max_length=500)


class CheckInForm(VersionedForm):
    accessories = forms.CharField(label=_("Accessories left with us"), required=False, max_length=300)
    condition = forms.CharField(label=_("Condition"), required=False, max_length=300)
    storage_place = forms.CharField(label=_("Storage place"), required=False, max_length=60)


class ReasonForm(VersionedForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PriceForm(VersionedForm):
    price = forms.DecimalField(label=_("Price"), min_value=0, max_digits=9, decimal_places=2)
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
    said_by = forms.CharField(label=_("Who declined"), required=False, max_length=120)
    how = forms.CharField(label=_("How"), required=False, max_length=10)


class NoteForm(forms.Form):
    body = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    for_customer = forms.BooleanField(label=_("The customer reads this"), required=False)


class AssignForm(VersionedForm):
    technician = forms.IntegerField(required=False)


class PriorityForm(VersionedForm):
    urgency = forms.ChoiceField(label=_("Priority"), choices=Urgency.choices)


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


class WalkInForm(AboutForm):
    """The counter's one screen. Who and which device are radios drawn from what was found, so they are plain words here;
    the action checks that they exist."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)
    shown_pence = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    who = forms.CharField(label=_("Find the customer"), required=False, max_length=100)
    customer = forms.CharField(label=_("Customer"), required=False, max_length=20)
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.CharField(label=_("E-mail address"), required=False, max_length=254)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    what = forms.CharField(label=_("Find the device"), required=False, max_length=100)
    device = forms.CharField(label=_("Device"), required=False, max_length=24)
    described = forms.CharField(label=_("Make and model"), required=False, max_length=120)
    category = forms.ChoiceField(
        label=_("Kind of device"), required=False, choices=[("", _("Choose")), *Category.choices]
    )
    services = forms.MultipleChoiceField(
        label=_("What is asked for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    quality = forms.ChoiceField(label=_("Parts"), required=False, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, initial=Urgency.STANDARD, widget=forms.RadioSelect
    )
    description = forms.CharField(
        label=_("Fault, in the customer’s words"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1500})
    )
    accessories = forms.CharField(label=_("Accessories left with us"), required=False, max_length=300)
    storage_place = forms.CharField(label=_("Storage place"), required=False, max_length=60)
    location = forms.TypedChoiceField(label=_("Location"), coerce=int)
    agreed = forms.BooleanField(label=_("The customer agrees to this price"), required=False)
    terms = forms.BooleanField(label=_("The customer has read and accepts our terms"), required=False)
    marketing = forms.MultipleChoiceField(
        label=_("The customer asks for offers and news by"),
        required=False,
        choices=[("email", _("E-mail")), ("sms", _("Text message"))],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        category: str,
        own: bool,
        services: Sequence[tuple[str, str]],
        qualities: Sequence[tuple[str, str]],
        locations: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, category=category, own=own, **kwargs)
        self.fields["condition"].label = _("Condition")
        for name, choices in (("services", services), ("quality", qualities), ("location", locations)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)
