"""What visitors and owners fill in on the public side."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from revivatech.booking.problems import AutomatedForm

from . import pictures
from .brand import HEX
from .models import ContactMessage, Text
from .texts import RESERVED


class ContactForm(forms.Form):
    use_required_attribute = False

    about = forms.ChoiceField(label=_("What is it about?"), choices=ContactMessage.About.choices)
    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("Our answer goes there."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"}))
    text = forms.CharField(
        label=_("Your message"),
        max_length=4000,
        widget=forms.Textarea({"rows": 7}),
        help_text=_("For a repair, give its code if you have it. Please send no passwords or passcodes."),
    )
    website = forms.CharField(required=False)  # the trap: people never see it

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("website"):
            raise AutomatedForm
        if "name" in data:
            data["name"] = " ".join(data["name"].split())  # it becomes part of a mail's header
        return {name: value for name, value in data.items() if name != "website"}


class ReplyForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea({"rows": 8}))


class TextForm(forms.Form):
    """A version of a text. `slug` is asked for once, for a page the owner adds."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title"), max_length=80)
    slug = forms.SlugField(
        label=_("Address"), max_length=60, help_text=_("Such as student-discount, for /pages/student-discount/.")
    )
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=200,
        required=False,
        help_text=_("What search engines show below the title."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=40_000,
        widget=forms.Textarea({"rows": 20}),
        help_text=_(
            "Markdown: ## a heading, **strong**, - a list, [words](https://address). "
            "{shop}, {email}, {phone} and {warranty_days} show what the settings say."
        ),
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["slug"]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if wrong := pictures.mistakes(body):
            raise forms.ValidationError(wrong)
        return body

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED or "--" in slug or Text.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("There is a text at this address. Open it to change it."))
        return slug


class PictureForm(forms.Form):
    use_required_attribute = False

    picture = forms.FileField(label=_("Picture"), widget=forms.FileInput({"accept": "image/*"}))
    words = forms.CharField(
        label=_("What it shows"), max_length=200, help_text=_("Read aloud to people who cannot see it.")
    )


class PhotoForm(forms.Form):
    """A photo of the shop, and what it shows in every language."""

    use_required_attribute = False

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_(
            "JPEG, PNG, WebP or HEIC, up to 15 MB, better wide than tall. The place where it was taken is removed."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"alt_{code}"] = forms.CharField(
                label=_("What it shows, in %(language)s") % {"language": name}, max_length=200
            )

    def words(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"alt_{code}"] for code, _name in settings.LANGUAGES}


class PlaceForm(forms.Form):
    use_required_attribute = False

    place = forms.ChoiceField(label=_("Where does a link to it stand?"), choices=Text.Place.choices, required=False)
    position = forms.IntegerField(
        label=_("Order"), min_value=1, max_value=999, help_text=_("Smaller numbers come first.")
    )


class FaceForm(forms.Form):
    """Colours, logo and banner. A colour left empty is the product's."""

    use_required_attribute = False
    COLOURS = ("brand_soft", "brand_strong", "brand_action")

    brand_soft = forms.CharField(
        label=_("Soft colour"), max_length=7, required=False, help_text=_("Bands and the first button. A light colour.")
    )
    brand_strong = forms.CharField(
        label=_("Strong colour"), max_length=7, required=False,
        help_text=_("Headings, and words on the soft colour. A dark one."),
    )  # fmt: skip
    brand_action = forms.CharField(
        label=_("Colour of acts"), max_length=7, required=False, help_text=_("Links, second buttons, progress.")
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, up to 2 MB. It is shown 32 pixels high.")
    )
    no_logo = forms.BooleanField(label=_("Show no logo of ours"), required=False)
    banner = forms.CharField(
        label=_("Banner"),
        max_length=200,
        required=False,
        help_text=_("One sentence above every public page, such as changed hours."),
    )
    banner_link = forms.CharField(
        label=_("Link of the banner"), max_length=200, required=False,
        help_text=_("Where it leads: a page of yours such as /contact/, or an address that begins with https://."),
    )  # fmt: skip
    banner_from = forms.DateField(
        label=_("First day of the banner"), required=False, widget=forms.DateInput({"type": "date"})
    )
    banner_until = forms.DateField(
        label=_("Last day of the banner"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.COLOURS:
            value = data.get(name, "").strip().lower()
            if value and not value.startswith("#"):
                value = f"#{value}"
            if value and not HEX.fullmatch(value):
                self.add_error(name, _("Write the colour as six digits, such as #1a5266."))
            data[name] = value
        link = data.get("banner_link", "")
        if link and not re.fullmatch(r"/(?!/)[^\s\\\\]*|https://[^\s\\\\]+", link):
            self.add_error("banner_link", _("Write a path that begins with / or an address that begins with https://."))
        first, last = data.get("banner_from"), data.get("banner_until")
        if first and last and last < first:
            self.add_error("banner_until", _("The last day is before the first."))
        return data
