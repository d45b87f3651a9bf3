"""The wizard's forms, one a step. Rules that the action also checks are asked of `checks`, so there is one of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revivatech.catalogue.models import Category, Service
from revivatech.customers import imei as imeis
from revivatech.customers.actions import Details
from revivatech.customers.models import Customer, PreferredContact
from revivatech.customers.names import tidy

from . import checks
from .models import Backup, Handover, Urgency
from .problems import AutomatedForm
from .requests import DESCRIPTION_LONGEST, DESCRIPTION_SHORTEST, MOST_ISSUES, Address

WITH_IMEI = frozenset({Category.SMARTPHONE, Category.TABLET, Category.WEARABLE})


class StepForm(forms.Form):
    """A form whose empty fields say what to do."""

    MISSING = {
        "category": gettext_lazy("Choose the kind of device."),
        "described": gettext_lazy("Write the make and model."),
        "issues": gettext_lazy("Choose at least one."),
        "description": gettext_lazy("Describe what happens."),
        "backup": gettext_lazy("Choose one, so that we treat your data with the right care."),
        "urgency": gettext_lazy("Choose how urgent it is."),
        "name": gettext_lazy("Enter your name."),
        "email": gettext_lazy("Enter your e-mail address: the confirmation goes there."),
        "phone": gettext_lazy("Enter a phone number, so that we can reach you."),
        "line1": gettext_lazy("Enter the street and number."),
        "town": gettext_lazy("Enter the town."),
        "postcode": gettext_lazy("Enter the postcode."),
        "terms": gettext_lazy("Accept the terms to book."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & self.MISSING.keys():
            self.fields[name].error_messages["required"] = self.MISSING[name]


class AboutForm(StepForm):
    """More about a device that was chosen from the catalogue or from the customer's own."""

    condition = forms.CharField(
        label=gettext_lazy("Anything we should know about its condition"), max_length=300, required=False
    )
    identity = forms.CharField(label=gettext_lazy("Serial number"), max_length=60, required=False)

    def __init__(self, *args: Any, category: str, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of_category = category
        if own:
            del self.fields["identity"]
        elif category in WITH_IMEI:
            self.fields["identity"].label = _("IMEI or serial number")
            self.fields["identity"].help_text = _("Dial *#06# to see the IMEI.")

    def clean_identity(self) -> str:
        text = tidy(self.cleaned_data["identity"])
        digits = "".join(character for character in text if character.isdigit())
        looks_like_imei = len(digits) in (14, 15, 16) and not any(character.isalpha() for character in text)
        self.imei, self.serial = "", text
        if looks_like_imei and self.chosen_category() in WITH_IMEI:
            try:
                self.imei, self.serial = imeis.normalise(text), ""
            except imeis.ImeiError as reason:
                raise forms.ValidationError(str(reason)) from None
        elif len(text) > 40:
            raise forms.ValidationError(_("A serial number has at most 40 characters."))
        return text

    def chosen_category(self) -> str:
        return self.of_category

    def about(self) -> dict[str, Any]:
        """What the draft keeps of this form."""
        return {
            "condition": tidy(self.cleaned_data["condition"]),
            "imei": getattr(self, "imei", ""),
            "serial": getattr(self, "serial", ""),
        }


class UnlistedForm(AboutForm):
    """A device the catalogue does not know."""

    category = forms.ChoiceField(
        label=gettext_lazy("Kind of device"), choices=[("", gettext_lazy("Choose")), *Category.choices]
    )
    described = forms.CharField(
        label=gettext_lazy("Make and model"), min_length=2, max_length=120,
        help_text=gettext_lazy("As well as you know it, such as “Medion laptop, 15 inch”."),
    )  # fmt: skip
    field_order = ["category", "described"]

    def chosen_category(self) -> str:
        return str(self.cleaned_data.get("category", ""))

    def about(self) -> dict[str, Any]:
        return {
            **super().about(),
            "category": self.cleaned_data["category"],
            "described": tidy(self.cleaned_data["described"]),
        }


class IssueForm(StepForm):
    """What is wrong with one device."""

    issues = forms.MultipleChoiceField(
        label=gettext_lazy("What needs repair?"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose one to five."),
    )  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("What happens, and since when?"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In your own words, at least 10 characters. Please do not write passwords here."),
    )  # fmt: skip
    backup = forms.ChoiceField(
        label=gettext_lazy("Is your data backed up?"), choices=Backup.choices, widget=forms.RadioSelect
    )
    swollen_battery = forms.BooleanField(
        label=gettext_lazy("The battery is swollen, or the case bulges"), required=False,
        help_text=gettext_lazy("Please switch the device off and do not charge it."),
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=gettext_lazy("How urgent is it?"), choices=Urgency.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, services: Sequence[Service], category: str, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issues = self.fields["issues"]
        assert isinstance(issues, forms.MultipleChoiceField)
        issues.choices = [(service.key, service.label) for service in services]
        if category == Category.DESKTOP:
            del self.fields["swollen_battery"]
        if not first:
            del self.fields["urgency"]

    def clean_issues(self) -> list[str]:
        chosen = list(dict.fromkeys(self.cleaned_data["issues"]))
        if len(chosen) > MOST_ISSUES:
            raise forms.ValidationError(_("Choose at most five."))
        return chosen

    def clean_description(self) -> str:
        text = checks.clean_text(self.cleaned_data["description"])
        if not DESCRIPTION_SHORTEST <= len(text) <= DESCRIPTION_LONGEST:
            raise forms.ValidationError(checks.description_message(len(text)))
        return text

    def fault(self) -> dict[str, Any]:
        kept = ("issues", "description", "backup")
        return {
            **{name: self.cleaned_data[name] for name in kept},
            "swollen_battery": bool(self.cleaned_data.get("swollen_battery")),
        }


class SlotField(forms.CharField):
    """A moment in UTC as the slot picker writes it."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text[:40])
            if not checks.is_moment(moment):
                raise ValueError("not a moment that can be booked")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Choose a day and time.")) from None


class HandOverForm(forms.Form):
    """How and when we get the device. Which slot is free is asked of the diary, not here."""

    method = forms.ChoiceField(choices=Handover.choices)
    location = forms.IntegerField(min_value=1, max_value=2**62)
    slot = SlotField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("method") != Handover.POST and not data.get("slot") and "slot" not in self.errors:
            self.add_error("slot", _("Choose a day and time."))
        return data


class ChangeForm(forms.Form):
    """Another time for a booking."""

    slot = SlotField(error_messages={"required": gettext_lazy("Choose a day and time.")})


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why, if you like to tell us"), max_length=300, required=False)


class DetailsForm(StepForm):
    """Who books. The field `website` is invisible: programs fill it in, people do not."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(
        label=gettext_lazy("Phone number"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    preferred_contact = forms.ChoiceField(
        label=gettext_lazy("How shall we reach you?"),
        choices=PreferredContact.choices,
        widget=forms.RadioSelect,
        initial="email",
    )
    is_business = forms.BooleanField(label=gettext_lazy("I book for a business"), required=False)
    company = forms.CharField(label=gettext_lazy("Company"), max_length=120, required=False)
    vat_number = forms.CharField(label=gettext_lazy("VAT number"), max_length=20, required=False)
    line1 = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)
    line2 = forms.CharField(label=gettext_lazy("Flat, building"), max_length=120, required=False)
    town = forms.CharField(label=gettext_lazy("Town"), max_length=80, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=12, required=False)
    terms = forms.BooleanField()
    start_requested = forms.BooleanField(required=False)
    marketing_email = forms.BooleanField(required=False)
    marketing_sms = forms.BooleanField(required=False)
    website = forms.CharField(required=False, max_length=200)

    ADDRESS = ("line1", "line2", "town", "postcode")
    CONTACT = ("name", "email", "phone", "preferred_contact", "is_business", "company", "vat_number")

    def __init__(self, *args: Any, handover: str, profile: Customer | None, has_terms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handover, self.profile = handover, profile
        if profile is not None and profile.email:
            del self.fields["name"], self.fields["email"]
        if handover == Handover.DROP_OFF:
            for name in self.ADDRESS:
                del self.fields[name]
        else:
            for name in ("line1", "town", "postcode"):
                self.fields[name].required = True
        if handover == Handover.COLLECTION:
            self.fields["phone"].required = True
        if not has_terms:
            del self.fields["terms"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("website"):
            raise AutomatedForm
        known = {"name": self.profile.name, "email": self.profile.email} if self.profile else {}
        contact = Details(**{"name": "", "email": "", **known, **{k: data[k] for k in self.CONTACT if k in data}})
        contact, errors = checks.check_contact(contact, handover=self.handover)
        address, of_address = checks.check_address(
            Address(**{name: data.get(name) or "" for name in self.ADDRESS}), handover=self.handover
        )
        for name, messages in {**errors, **of_address}.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, [*messages])
        return {**data, **asdict(contact), **asdict(address)}

    def details(self) -> dict[str, Any]:
        """What the draft keeps."""
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}
