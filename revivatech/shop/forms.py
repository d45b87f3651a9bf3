"""The questions of set-up and settings. Both frames show the same forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from revivatech.platform.web.languages import formats_of

from .fields import PenceField, PercentField, PhoneTextField
from .holidays import BankHoliday
from .models import Nation


def countries() -> list[tuple[str, str]]:
    """Every country in the reader's language, the United Kingdom first."""
    names = Locale.parse(formats_of(get_language() or "en-gb")).territories
    known = sorted(
        (name, code) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    )
    return sorted(((code, name) for name, code in known), key=lambda pair: pair[0] != "GB")


_NO_COUNTRY = {"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"}


class PartForm(forms.Form):
    """A form about some fields of one row; its names are the model's."""

    use_required_attribute = False

    @classmethod
    def about(cls, row: Any, data: Any = None) -> PartForm:
        return cls(data, initial={name: getattr(row, name) for name in cls.base_fields if hasattr(row, name)})


class BusinessForm(PartForm):
    name = forms.CharField(
        label=_("Name customers know"),
        max_length=120,
        error_messages={"required": _("Write the name customers know you by.")},
    )
    email = forms.EmailField(
        label=_("E-mail for customers"),
        max_length=254,
        error_messages={"required": _("Write the address customers can write to.")},
    )
    phone = PhoneTextField(required=False, help_text=_("Shown on every page, so that a customer in trouble can call."))
    legal_name = forms.CharField(
        label=_("Legal name"), max_length=160, required=False, help_text=_("If it differs, such as Bridge Repairs Ltd.")
    )
    company_number = forms.CharField(label=_("Company number"), max_length=20, required=False)
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")


class TaxForm(PartForm):
    vat_registered = forms.BooleanField(label=_("The business is registered for VAT"), required=False)
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=24,
        required=False,
        help_text=_("Such as GB 123 4567 82. Printed on invoices."),
    )
    vat_rate_bp = PercentField(label=_("VAT rate"), help_text=_("20 % is the standard rate of the United Kingdom."))


class PoliciesForm(PartForm):
    diagnostic_bench_pence = PenceField(
        label=_("Diagnosis at the bench"), help_text=_("Asked for when no repair follows.")
    )
    diagnostic_waived = forms.BooleanField(label=_("Free when the repair goes ahead"), required=False)
    urgency_priority_bp = PercentField(
        label=_("Priority"), most=50_000, help_text=_("Added to the price of a repair that goes ahead of the queue.")
    )
    urgency_same_day_bp = PercentField(label=_("Same day"), most=50_000)
    collection_pence = PenceField(label=_("Collection"))
    post_pence = PenceField(label=_("Return by post"))
    deposit_bp = PercentField(label=_("Deposit"))
    deposit_above_pence = PenceField(label=_("Deposit is asked above"))
    warranty_days = forms.IntegerField(label=_("Warranty"), min_value=0, max_value=3650)
    warranty_premium_days = forms.IntegerField(label=_("Warranty on premium parts"), min_value=0, max_value=3650)
    price_holds_days = forms.IntegerField(label=_("An online price holds for"), min_value=1, max_value=365)
    quote_holds_days = forms.IntegerField(label=_("A formal quote holds for"), min_value=1, max_value=365)
    gives_repair_form = forms.BooleanField(
        label=_("Give the European Repair Information Form with every quote"),
        required=False,
        help_text=_("For customers in the European Union. Its terms hold for at least 30 days."),
    )
    asks_for_reviews = forms.BooleanField(
        label=_("Ask customers for a review by e-mail"),
        required=False,
        help_text=_("Once for each repair, whatever came of it. All reviews are published, good and bad."),
    )
    review_after_days = forms.IntegerField(label=_("Ask after"), min_value=1, max_value=60)


class TermsForm(PartForm):
    terms = forms.CharField(
        label=_("Terms of repair"), max_length=40_000, required=False, widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("Customers accept them when they book. Each change, in any language, is kept as a new version."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            label = _("Terms of repair in %(language)s") % {"language": name}
            if code == settings.LANGUAGE_CODE:
                self.fields["terms"].label = label
                continue
            self.fields[f"terms_{code}"] = forms.CharField(
                label=label,
                max_length=40_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 18, "lang": code}),
                help_text=_("Without them, readers of this language read and accept the first ones."),
            )

    @classmethod
    def about(cls, row: Any, data: Any = None) -> TermsForm:
        others = {f"terms_{code}": words for code, words in row.terms_in.items()}
        return cls(data, initial={"terms": row.terms, **others})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        others = {name.removeprefix("terms_"): words for name, words in data.items() if name != "terms"}
        return {"terms": data.get("terms", ""), "terms_in": {code: words for code, words in others.items() if words}}


class LocationForm(PartForm):
    name = forms.CharField(
        label=_("Name of the location"),
        max_length=80,
        help_text=_("Such as London Bridge."),
        error_messages={"required": _("Write a name for this location, such as its street.")},
    )
    line1 = forms.CharField(label=_("Address"), max_length=120)
    line2 = forms.CharField(label=_("Address, second line"), max_length=120, required=False)
    town = forms.CharField(label=_("Town"), max_length=80)
    postcode = forms.CharField(label=_("Postcode"), max_length=12)
    country = forms.ChoiceField(label=_("Country"), choices=countries)
    nation = forms.ChoiceField(label=_("Bank holidays of"), choices=Nation.choices)
    zone_name = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(name, name) for name in zones()])
    phone = PhoneTextField(required=False, help_text=_("If it differs from the number of the business."))
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    directions = forms.CharField(
        label=_("How to find it"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Which door, where to park, which bus. Shown on the page of the location."),
    )  # fmt: skip


class SlotsForm(PartForm):
    slot_minutes = forms.IntegerField(label=_("Length of a slot"), min_value=5, max_value=240)
    slot_capacity = forms.IntegerField(label=_("Customers per slot"), min_value=1, max_value=100)
    walk_in_places = forms.IntegerField(
        label=_("Of these, kept for walk-ins"), min_value=0, max_value=100, help_text=_("Never sold online.")
    )
    buffer_minutes = forms.IntegerField(label=_("Kept free after each slot"), min_value=0, max_value=240)
    notice_minutes = forms.IntegerField(
        label=_("Earliest booking from now"),
        min_value=0,
        max_value=20_160,
        help_text=_("Also the last moment to change or cancel. 120 minutes are two hours."),
    )
    horizon_days = forms.IntegerField(label=_("Furthest booking from now"), min_value=1, max_value=365)
    offers_collection = forms.BooleanField(label=_("We collect devices"), required=False)
    offers_post = forms.BooleanField(label=_("We take devices by post"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "slot_capacity" in data and data.get("walk_in_places", 0) > data["slot_capacity"]:
            self.add_error("walk_in_places", _("This cannot be more than the customers per slot."))
        return data


class HoursForm(forms.Form):
    """Two stretches a day; a day left empty is closed."""

    use_required_attribute = False
    DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    PARTS = (("opens", _("opens")), ("closes", _("closes")), ("again", _("opens again")), ("until", _("closes again")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, day in enumerate(self.DAYS):
            for part, label in self.PARTS:
                self.fields[f"{part}_{weekday}"] = forms.TimeField(
                    label=_("%(day)s %(part)s") % {"day": day, "part": label},
                    required=False,
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                    error_messages={"invalid": _("Enter a time, such as 09:00.")},
                )

    def days(self) -> Iterator[tuple[Any, int, list[forms.BoundField]]]:
        """Each weekday's name, number and four fields."""
        for weekday, day in enumerate(self.DAYS):
            yield day, weekday, [self[f"{part}_{weekday}"] for part, _label in self.PARTS]

    def week(self) -> dict[int, list[tuple[Any, Any]]]:
        """Complete pairs by weekday, for the action."""
        found: dict[int, list[tuple[Any, Any]]] = {}
        for weekday in range(7):
            opens, closes, again, until = (self.cleaned_data.get(f"{part}_{weekday}") for part, _label in self.PARTS)
            found[weekday] = [pair for pair in ((opens, closes), (again, until)) if None not in pair]
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for weekday in range(7):
            self._check_pair(data, f"opens_{weekday}", f"closes_{weekday}")
            self._check_pair(data, f"again_{weekday}", f"until_{weekday}")
            closes, again = data.get(f"closes_{weekday}"), data.get(f"again_{weekday}")
            if closes and again and again < closes:
                self.add_error(f"again_{weekday}", _("This must not be before the first closing time."))
        return data

    def _check_pair(self, data: dict[str, Any], opens: str, closes: str) -> None:
        start, end = data.get(opens), data.get(closes)
        if opens in self.errors or closes in self.errors:
            return
        if (start is None) != (end is None):
            self.add_error(opens if start is None else closes, _("Enter both times, or neither."))
        elif start is not None and end is not None and end <= start:
            self.add_error(closes, _("Closing time must be later than opening time."))


class ClosureForm(forms.Form):
    use_required_attribute = False
    first = forms.DateField(
        label=_("First day closed"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Last day closed"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Leave empty for one day."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=120, help_text=_("Such as summer holiday. Staff see it."))
    everywhere = forms.BooleanField(label=_("All locations"), required=False)


class BankHolidaysForm(forms.Form):
    """Which of the coming bank holidays the location keeps."""

    days = forms.TypedMultipleChoiceField(
        label=_("Closed on"), required=False, coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any = None, *, coming: list[BankHoliday], readable: Callable[[date], str], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (holiday.day.isoformat(), f"{readable(holiday.day)}: {holiday.title}") for holiday in coming
        ]


class CapsForm(forms.Form):
    """A number for each kind of work; empty is no limit."""

    def __init__(self, data: Any = None, *, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for kind, label in kinds:
            self.fields[kind] = forms.IntegerField(label=label, min_value=0, max_value=1000, required=False)


class MailSettingsForm(PartForm):
    host = forms.CharField(
        label=_("Mail server"),
        max_length=200,
        help_text=_("Such as smtp.example.com. Your provider calls it outgoing or SMTP server."),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535)
    security = forms.ChoiceField(
        label=_("Security"),
        choices=[
            ("starttls", _("STARTTLS (usually port 587)")),
            ("tls", _("TLS (usually port 465)")),
            ("none", _("None (only inside your own network)")),
        ],
    )
    username = forms.CharField(label=_("User name"), max_length=200, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender = forms.EmailField(label=_("Messages come from"), max_length=254)
    sender_name = forms.CharField(label=_("Name of the sender"), max_length=120, required=False)


def zones() -> list[str]:
    """Zones of places, by name; not the historic aliases without a continent."""
    places = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return sorted(name for name in available_timezones() if name.startswith(places))


def hours_initial(rows: list[Any]) -> dict[str, Any]:
    """Stored stretches as the form's values; for a location without any, a common week to start from."""
    initial: dict[str, Any] = {}
    by_day: dict[int, list[Any]] = {}
    for row in rows:
        by_day.setdefault(row.weekday, []).append(row)
    for weekday, stretches in by_day.items():
        initial[f"opens_{weekday}"], initial[f"closes_{weekday}"] = stretches[0].opens, stretches[0].closes
        if len(stretches) > 1:
            initial[f"again_{weekday}"], initial[f"until_{weekday}"] = stretches[1].opens, stretches[-1].closes
    if not rows:
        initial["suggested"] = True
        for weekday in range(6):
            initial[f"opens_{weekday}"], initial[f"closes_{weekday}"] = "09:00", "18:00"
    return initial


BUSINESS_FORMS: dict[str, type[PartForm]] = {
    "business": BusinessForm,
    "tax": TaxForm,
    "policies": PoliciesForm,
    "terms": TermsForm,
}
LOCATION_FORMS: dict[str, type[PartForm]] = {"location": LocationForm, "slots": SlotsForm}
