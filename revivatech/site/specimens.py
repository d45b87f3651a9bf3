"""What the style page shows its components with. Nothing here is the shop's, and nothing of it is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from revivatech.repairs.statuses import STAGES


class SpecimenForm(forms.Form):
    """One field of every kind. With a prefix, all of them switched off."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The confirmation goes there."))
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput({"type": "tel"}))
    amount = forms.IntegerField(label=_("Price"), min_value=0)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    day = forms.DateField(label=_("Date"), widget=forms.DateInput({"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput({"type": "time"}))
    category = forms.ChoiceField(
        label=_("Category"), choices=[("smartphone", _("Smartphone")), ("laptop", _("Laptop"))]
    )
    fault = forms.CharField(label=_("What is wrong?"), widget=forms.Textarea)
    backup = forms.ChoiceField(
        label=_("Is your data backed up?"),
        choices=[("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    quality = forms.ChoiceField(
        label=_("Parts"),
        choices=[("original", _("Original")), ("premium", _("Premium")), ("standard", _("Standard"))],
        widget=forms.RadioSelect,
    )
    channels = forms.MultipleChoiceField(
        label=_("How may we write to you?"),
        choices=[("email", _("E-mail")), ("sms", _("Text message"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    terms = forms.BooleanField(label=_("I accept the terms"))
    photo = forms.FileField(label=_("Photo of the damage"), required=False)

    def __init__(self, data: dict[str, str] | None = None, prefix: str | None = None) -> None:
        super().__init__(
            data, auto_id="wrong_%s" if data else f"{prefix or 'id'}_%s", prefix=prefix
        )  # all are on one page
        if prefix:
            for field in self.fields.values():
                field.disabled = True


QUALITIES = {
    "original": {"text": _("From the maker"), "price": "£150.00", "note": _("365 days' warranty")},
    "premium": {"text": _("Tested equal"), "price": "£120.00", "note": _("365 days' warranty")},
    "standard": {"text": _("Good value"), "price": "£95.00", "note": _("90 days' warranty")},
}


def mistaken() -> SpecimenForm:
    """The same form as it comes back."""
    form = SpecimenForm({"email": "not-an-address", "amount": "-1"})
    form.add_error("photo", _("The file is too large: 2 MB at most."))
    return form


def specimens() -> dict[str, Any]:
    """Everything the style page needs beside its forms."""
    return {
        "qualities": QUALITIES,
        "steps": [(_("Device"), "#stepper"), (_("Issue"), "#stepper"), (_("Hand-over"), ""), (_("Price"), ""), (_("Details"), ""), (_("Confirm"), "")],
        "stages": STAGES,
        "timeline_steps": timeline_steps(),
        "price_lines": [(_("Screen"), 15000, _("original part, 365 days' warranty")), (_("Priority, 25 %"), 3750), (_("Collection"), 1500)],
        "slot_days": slot_days(),
    }  # fmt: skip


def timeline_steps() -> list[dict[str, Any]]:
    states = ["done", "done", "now", *["todo"] * 4]
    return [
        {
            "title": stage.label,
            "state": state,
            "icon": stage.icon,
            "text": stage.customer_text if state == "now" else "",
            "when": "Tue 3 Mar, 14:30" if state == "done" else "",
            "note": _("A note for the customer stands here.") if state == "now" else "",
        }
        for stage, state in zip(STAGES, states, strict=True)
    ]


def slot_days() -> list[dict[str, Any]]:
    times = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    return [
        {"label": "Tue 3 Mar", "slots": [{"value": f"3-{at}", "label": at, "full": True} for at in times[:2]]},
        {
            "label": "Wed 4 Mar",
            "slots": [
                {"value": f"4-{at}", "label": at, "full": at == "10:00", "note": _("last one") if at == "11:00" else ""}
                for at in times
            ],
        },
        {"label": "Thu 5 Mar", "slots": [{"value": f"5-{at}", "label": at} for at in times]},
    ]
