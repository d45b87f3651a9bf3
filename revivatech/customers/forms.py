"""The forms about a customer: at the counter, and in the person's own profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from revivatech.platform.web.fields import language_field

from .actions import Details
from .companies import Rights
from .models import PreferredContact
from .phone import PhoneError, normalise, readable


class PhoneField(forms.CharField):
    """Any way of writing a number; the value is E.164 or empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Phone"), "max_length": 40, **kwargs})
        self.widget.attrs.setdefault("inputmode", "tel")

    def prepare_value(self, value: Any) -> Any:
        return readable(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return normalise(text) if text else ""
        except PhoneError as reason:
            raise forms.ValidationError(str(reason)) from None


class CustomerForm(forms.Form):
    """Field lengths are the database's; the action checks the rest and says which field."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = PhoneField(required=False, help_text=_("A number from abroad begins with +."))
    preferred_contact = forms.ChoiceField(
        label=_("Preferred way to be reached"), choices=PreferredContact.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language of our messages"), choices=settings.LANGUAGES, required=False)
    is_business = forms.BooleanField(label=_("This is a business"), required=False)
    company = forms.CharField(label=_("Company"), max_length=120, required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    @classmethod
    def about(cls, details: Details, data: Any = None, *, language: str = "") -> CustomerForm:
        initial = {name: getattr(details, name) for name in Details.__dataclass_fields__}
        return cls(data, initial={**initial, "language": language, "seen": details.fingerprint})

    def details(self) -> Details:
        return Details(**{name: self.cleaned_data[name] for name in Details.__dataclass_fields__})


class ProfileForm(CustomerForm):
    """The person's own: with what they agreed to, per channel. Nothing is ticked beforehand."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = None  # type: ignore[assignment]  # theirs follows the language they read our pages in
    is_business = forms.BooleanField(label=_("I am a business customer"), required=False)
    marketing_email = forms.BooleanField(label=_("Offers and news by e-mail"), required=False)
    marketing_sms = forms.BooleanField(label=_("Offers and news by text message"), required=False)

    CHANNELS = (("email", "marketing_email"), ("sms", "marketing_sms"))

    def wording(self, field: str) -> str:
        """The exact words beside the box, kept as proof."""
        return str(self.fields[field].label)


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Company"), max_length=120)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)


class RightsForm(forms.Form):
    """What a contact may do beside seeing the company's repairs."""

    may_book = forms.BooleanField(label=_("Books repairs for the company"), required=False)
    may_approve = forms.BooleanField(label=_("Approves prices and quotes"), required=False)
    manages = forms.BooleanField(label=_("Manages the contacts"), required=False)

    def rights(self) -> Rights:
        return Rights(**{name: self.cleaned_data[name] for name in ("may_book", "may_approve", "manages")})


class ContactInviteForm(RightsForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = language_field()
    field_order = ["email", "language", "may_book", "may_approve", "manages"]
