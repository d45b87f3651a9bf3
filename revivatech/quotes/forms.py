"""What people type about quotes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.shop.fields import PenceField

from .models import Kind, QuoteAnswer

BY_HAND = [choice for choice in Kind.choices if choice[0] != Kind.DISCOUNT]


def _whole(label: Any, most: int, **more: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        **{"label": label, "required": False, "min_value": 0, "max_value": most, "widget": widget, **more}
    )


class DraftForm(forms.Form):
    """The draft itself. It may be saved half done; sending asks for the rest."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    finding = forms.CharField(
        label=_("What we found"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The customer reads this first."),
    )  # fmt: skip
    recommended = forms.IntegerField(required=False, widget=forms.HiddenInput)
    needs_parts = forms.BooleanField(label=_("Parts must be ordered when the customer agrees"), required=False)
    lead_days = _whole(_("The supplier needs"), 365)
    work_days = _whole(_("The work takes"), 365)
    replacement = forms.CharField(label=_("A device to use meanwhile"), required=False, max_length=300)
    fee_waived = forms.BooleanField(label=_("Do not charge the diagnosis if they decline"), required=False)

    def clean_lead_days(self) -> int:
        return self.cleaned_data["lead_days"] or 0


class OptionForm(forms.Form):
    title = forms.CharField(label=_("Option"), required=False, max_length=80)
    text = forms.CharField(label=_("In a sentence"), required=False, max_length=300)


class LineForm(forms.Form):
    """One line. `unit_pence` is typed without a sign: a discount takes it away. `labour` is the part of it to split off."""

    kind = forms.ChoiceField(label=_("Kind"), choices=BY_HAND)
    label = forms.CharField(label=_("What"), required=False, max_length=160)
    quantity = _whole(_("Number"), 99, min_value=1, required=True)
    unit_pence = PenceField(label=_("Price"), required=False)
    option_id = forms.TypedChoiceField(label=_("Belongs to"), required=False, coerce=int, empty_value=None)
    optional = forms.BooleanField(label=_("The customer may leave it out"), required=False)
    cost_pence = PenceField(label=_("Costs us"), required=False)
    warranty_days = _whole(_("Warranty, days"), 3650)
    minutes = _whole(_("Bench minutes"), 60_000)
    labour = PenceField(label=_("Of this, labour"), required=False)

    def __init__(self, *args: Any, options: list[tuple[int, str]], discount: bool, costs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        belongs = self.fields["option_id"]
        assert isinstance(belongs, forms.ChoiceField)
        belongs.choices = [("", _("Every option")), *options]
        unwanted = (
            ["kind", "optional", "warranty_days", "minutes", "cost_pence", "labour", "quantity"] if discount else []
        )
        if not costs and "cost_pence" not in unwanted:
            unwanted.append("cost_pence")
        for name in unwanted:
            del self.fields[name]
        self.discount = discount

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("warranty_days", "minutes", "unit_pence"):
            if name in self.fields and name in data:
                data[name] = data[name] or 0
        if self.discount and "unit_pence" in data:
            data["unit_pence"] = -data["unit_pence"]
        return data


class AnswerForm(forms.Form):
    """The customer's own answer. Option and ticks are checked against the quote by the action."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", ""), ("total", "")])
    option = forms.IntegerField(required=False)
    ticked = forms.TypedMultipleChoiceField(required=False, coerce=int)
    seen_pence = forms.IntegerField(required=False, min_value=0)
    said_by = forms.CharField(label=_("Your name"), max_length=120)
    reason = forms.CharField(
        label=_("Why not?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("So that we can offer something better, or learn from it."),
    )  # fmt: skip

    def __init__(self, *args: Any, optional: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = self.fields["ticked"]
        assert isinstance(ticked, forms.ChoiceField)
        ticked.choices = [(pk, str(pk)) for pk in optional]


class RecordedAnswerForm(AnswerForm):
    """The same, written down by staff."""

    said_by = forms.CharField(label=_("Who answered"), max_length=120)
    reason = forms.CharField(label=_("If they decline: why, in their words"), required=False, max_length=500)
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            choice for choice in QuoteAnswer._meta.get_field("how").flatchoices if choice[0] not in ("link", "portal")
        ],
    )
