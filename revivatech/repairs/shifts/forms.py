"""What people type between shifts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    location = forms.TypedChoiceField(label=_("Location"), coerce=int)
    body = forms.CharField(
        label=_("For the next shift"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6, "maxlength": 4000}),
        help_text=_("What is half-done, what you promised, what to look out for."),
    )  # fmt: skip
    stop_clock = forms.BooleanField(label=_("Stop my running clock"), required=False, initial=True)

    def __init__(self, *args: object, places: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["location"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places
        if len(places) == 1:
            field.initial, field.widget = places[0][0], forms.HiddenInput()


class ReadForm(forms.Form):
    words = forms.CharField(label=_("Answer (optional)"), required=False, max_length=500)
