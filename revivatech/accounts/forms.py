"""Forms: ours, and allauth's with our words. Fields are drawn by the design system, so placeholders that repeat the label go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.socialaccount import forms as provider
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.platform.spoken import spoken
from revivatech.platform.web.fields import language_field

from . import mail
from .actions import Place
from .models import Role, User
from .permissions import PERMISSIONS
from .queries import active_locations

PASSWORD_HELP = _("At least 10 characters. A few unrelated words are easy to remember and hard to guess.")
MAIL_IS_OFF = _("This shop cannot send e-mail yet. Please contact the shop.")
EMAIL = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
CODE = _("Code")


class OurWords:
    """Mix in before a form of allauth's: labels from `words`, help for new passwords, no placeholders."""

    words: dict[str, str | Promise] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, forms.PasswordInput):
                new = field.widget.attrs.get("autocomplete") == "new-password"
                field.help_text = PASSWORD_HELP if new and not name.endswith("2") else ""
            field.label = self.words.get(name, field.label)


class LoginForm(OurWords, account.LoginForm):  # type: ignore[misc]
    words = {"login": EMAIL, "password": PASSWORD, "remember": _("Keep me signed in on this device")}


class SignupForm(OurWords, account.SignupForm):  # type: ignore[misc]
    """For customers: name, e-mail, password, terms."""

    full_name = forms.CharField(label=_("Your name"), max_length=120)
    terms = forms.BooleanField(
        label=_("I agree to the shop's terms"),
        error_messages={"required": _("An account needs your agreement to the terms.")},
    )
    field_order = ["full_name", "email", "password1", "terms"]
    words = {"email": EMAIL, "password1": PASSWORD}


class AddEmailForm(OurWords, account.AddEmailForm):  # type: ignore[misc]
    words = {"email": _("Another e-mail address")}


class ChangeEmailForm(OurWords, account.ChangeEmailForm):  # type: ignore[misc]
    words = {"email": EMAIL}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc]
    words = {"oldpassword": _("Present password"), "password1": NEW_PASSWORD, "password2": _("New password, once more")}


class SetPasswordForm(OurWords, account.SetPasswordForm):  # type: ignore[misc]
    words = {"password1": NEW_PASSWORD, "password2": _("New password, once more")}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": EMAIL}

    def clean(self) -> dict[str, Any]:
        if not mail.is_on():
            raise forms.ValidationError(MAIL_IS_OFF)
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    words = {"password1": NEW_PASSWORD, "password2": _("New password, once more")}


class ReauthenticateForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    words = {"password": PASSWORD}


class ConfirmEmailCodeForm(OurWords, account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    words = {"code": CODE}


class AuthenticateForm(OurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    words = {"code": _("Code from your app, or a recovery code")}


class ReauthenticateCodeForm(OurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    words = {"code": _("Code from your app, or a recovery code")}


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": _("The 6 digits your app shows now")}


# What the parser of passkey answers raises for JSON that is none; allauth catches only some of it.
_BROKEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class SafeCredential:
    """Mix in before a form that reads a passkey's answer: made-up JSON is a refused answer, not a crash."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LoginPasskeyForm(SafeCredential, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class AuthenticatePasskeyForm(SafeCredential, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticatePasskeyForm(SafeCredential, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(OurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    words = {
        "name": _("Name, so that you know it again"),
        "passwordless": _("Sign in with it alone, without a password"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "Your device asks for your fingerprint, face or PIN. A key without these: untick this."
        )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except _BROKEN as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class EditPasskeyForm(OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    words = {"name": _("Name")}


class ProviderSignupForm(OurWords, provider.SignupForm):  # type: ignore[misc]
    """For customers who come from the provider. The address is the one it vouches for and cannot be typed over."""

    full_name = forms.CharField(label=_("Your name"), max_length=120)
    terms = forms.BooleanField(
        label=_("I agree to the shop's terms"),
        error_messages={"required": _("An account needs your agreement to the terms.")},
    )
    field_order = ["full_name", "email", "terms"]
    words = {"email": EMAIL}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].disabled = True


class SignInKeysForm(forms.Form):
    client_id = forms.CharField(label=_("Client ID"), max_length=200)
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class NewPersonForm(forms.Form):
    """Name and password of somebody who comes by a link."""

    full_name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=PASSWORD,
        help_text=PASSWORD_HELP,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        self.address = email
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned:
            person = User(email=cleaned.get("email", self.address), full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class OwnerForm(NewPersonForm):
    email = forms.EmailField(
        label=EMAIL, max_length=254, help_text=_("You sign in with it. Use one that you will keep.")
    )
    field_order = ["full_name", "email", "password"]


class ProfileForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not re.fullmatch(r"\+?[\d ()./-]{6,20}", phone):
            raise forms.ValidationError(_("Enter a telephone number, such as 020 7946 0000."))
        return phone


EVERYWHERE = "everywhere"


class Ticks(forms.MultipleChoiceField):
    """A group of ticks of which none need be set; drawn without the word "optional"."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        for choice in value:
            if not self.valid_value(choice):
                raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": choice})


def location_choices() -> list[tuple[str, str]]:
    """Everywhere, then each active location."""
    return [(EVERYWHERE, str(_("Everywhere"))), *((str(pk), name) for pk, name in active_locations())]


class RoleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A role by its name in the reader's language."""

    def label_from_instance(self, obj: Role) -> str:
        return spoken(obj.name)


class InviteForm(forms.Form):
    email = forms.EmailField(label=EMAIL, max_length=254)
    language = language_field()
    role = RoleField(label=_("Role"), queryset=Role.objects.order_by("name"), empty_label=None)
    location = forms.ChoiceField(label=_("Place of work"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = location_choices()
        self.fields["location"].choices = choices  # type: ignore[attr-defined]
        self.fields["location"].initial = choices[min(1, len(choices) - 1)][0]  # the first shop before everywhere

    def clean_location(self) -> int | None:
        return _place(self.cleaned_data["location"])


class MembershipForm(forms.Form):
    """One group of ticks for each role: everywhere, or the places where the person holds it."""

    def __init__(self, data: Any = None, *, roles: Iterable[Role], held: Collection[Place]) -> None:
        super().__init__(data)
        choices = location_choices()
        for role in roles:
            self.fields[role.key] = Ticks(
                label=spoken(role.name),
                choices=choices,
                initial=[EVERYWHERE if place is None else str(place) for key, place in held if key == role.key],
            )

    def places(self) -> set[Place]:
        return {(key, _place(value)) for key, values in self.cleaned_data.items() for value in values}


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    permissions = forms.MultipleChoiceField(
        label=_("May"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, text) for name, text in PERMISSIONS.items()],
    )


class SupportForm(InviteForm):
    """Roles that manage staff are refused by the action; they are not offered either."""

    hours = forms.TypedChoiceField(
        label=_("For"),
        coerce=int,
        choices=[(1, _("1 hour")), (4, _("4 hours")), (24, _("1 day")), (72, _("3 days")), (168, _("7 days"))],
        initial=4,
    )
    reason = forms.CharField(label=_("What they help with"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Role.objects.exclude(permissions__contains=["staff.manage"]).order_by("name")
        self.fields["role"].queryset = offered  # type: ignore[attr-defined]


class StaffFileForm(forms.Form):
    file = forms.FileField(label=_("CSV file"), max_length=120)


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class LeavingForm(forms.Form):
    """Who leaves, why, and who goes on with their work."""

    successor = forms.ChoiceField(label=_("Their open work goes to"), required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Kept in the audit; colleagues do not see it.")
    )

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), str(person)) for person in colleagues]
        self.fields["successor"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]

    def clean_successor(self) -> int | None:
        value: str = self.cleaned_data["successor"]
        return int(value) if value else None


def _place(value: str) -> int | None:
    return None if value == EVERYWHERE else int(value)


def terms_accepted(request: HttpRequest) -> bool:
    """Whether the sign-up form that this request sent had the terms ticked."""
    return bool(request.POST.get("terms"))
