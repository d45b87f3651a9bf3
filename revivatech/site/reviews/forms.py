"""What customers and staff fill in about a review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Review

STARS = (
    ("5", _("5 stars: very good")),
    ("4", _("4 stars: good")),
    ("3", _("3 stars: neither good nor bad")),
    ("2", _("2 stars: bad")),
    ("1", _("1 star: very bad")),
)


class ReviewForm(forms.Form):
    use_required_attribute = False

    stars = forms.TypedChoiceField(
        label=_("How was it?"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose from one to five stars.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Everybody can read it. Please name no other people."),
    )
    shown_as = forms.ChoiceField(
        label=_("Name shown with it"),
        choices=[("name", _("First name and initial")), ("anonymous", _("No name"))],
        initial="name",
        widget=forms.RadioSelect,
    )


class HideForm(forms.Form):
    reason = forms.ChoiceField(required=False, choices=[("", ""), *Review.Reason.choices])


class AnswerForm(forms.Form):
    text = forms.CharField(max_length=2000, required=False)
