"""Forms of the workbench. They turn what was typed into the plain values the actions take."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from revivatech.shop.fields import PenceField

from .actions.prices import RuleValues
from .actions.services import ServiceValues
from .choices import Category, Quality
from .models import Brand, DeviceModel, Family, PriceRule, Service
from .pricing import HANDOVERS, QUALITIES, URGENCIES
from .rows import DeviceRow, RowError, read_row
from .search import search
from .services import name_of
from .starter import STARTER_PRICES

URGENCY_NAMES = dict(zip(URGENCIES, (_("Standard"), _("Priority"), _("Same day")), strict=True))
HANDOVER_NAMES = dict(zip(HANDOVERS, (_("Drop-off"), _("Collection"), _("Post")), strict=True))


class DeviceForm(forms.Form):
    category = forms.ChoiceField(label=_("Kind of device"), choices=Category.choices)
    brand = forms.CharField(label=_("Brand"), max_length=60)
    family = forms.CharField(
        label=_("Family"), max_length=80, help_text=_("The line it belongs to, such as iPhone or XPS.")
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Without the brand, as a customer would say it.")
    )
    year = forms.CharField(label=_("Year"), max_length=4, required=False)
    released = forms.CharField(label=_("Released on"), required=False, help_text=_("Such as 2024-03-31."))
    support_end = forms.CharField(
        label=_("Maker's support ends on"), required=False, help_text=_("Such as 2030-03-31.")
    )
    identifiers = forms.CharField(
        label=_("Model numbers"),
        required=False,
        max_length=2500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, such as A2337 or SM-G991B."),
    )
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=7500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: what people type when they look for it."),
    )

    row: DeviceRow

    def clean(self) -> dict[str, Any]:
        cells = {name: str(value) for name, value in self.cleaned_data.items()}
        for name in ("identifiers", "aliases"):
            cells[name] = "|".join(cells.get(name, "").splitlines())
        try:
            self.row = read_row(cells)
        except RowError as wrong:
            if not self.errors:
                raise forms.ValidationError(wrong.faults) from wrong
        return self.cleaned_data

    @classmethod
    def initial_of(cls, model: DeviceModel, identifiers: list[str]) -> dict[str, Any]:
        return {
            "category": model.category,
            "brand": model.brand.name,
            "family": model.family.name,
            "name": model.name,
            "year": model.year or "",
            "released": model.released or "",
            "support_end": model.support_end or "",
            "identifiers": "\n".join(identifiers),
            "aliases": "\n".join(model.aliases),
        }


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,  # the action says in its own words what is wrong with it
        max_length=200,
        help_text=_(
            "UTF-8, with a head. An export has the right columns; category, brand, family and name are needed."
        ),
    )


# What a service may be shown with; names of the sprite.
SERVICE_ICONS: dict[str, Promise] = {
    "repair": _("Spanner"), "zap": _("Electricity"), "battery": _("Battery"),
    "charging-port": _("Plug"), "camera": _("Camera"), "speaker": _("Speaker"), "liquid": _("Drops"),
    "backup": _("Storage"), "settings": _("Settings"), "refresh": _("Renewal"), "diagnosis": _("Diagnosis"),
    "shield": _("Shield"), "device": _("Any device"), "smartphone": _("Phone"), "tablet": _("Tablet"),
    "laptop": _("Laptop"), "desktop": _("Desktop"), "console": _("Console"), "wearable": _("Watch"),
    "help": _("Question mark"),
}  # fmt: skip


class ServiceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What customers call it, such as Screen."))
    summary = forms.CharField(
        label=_("In a few words"),
        max_length=200,
        required=False,
        help_text=_("What is wrong with devices that need it. Customers choose by this."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Offered for"),
        choices=Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for every kind of device."),
    )
    has_quality = forms.BooleanField(
        label=_("Customers choose the quality of the part"),
        required=False,
        help_text=_("Original, premium or standard, each with its own price where you set one."),
    )
    icon = forms.ChoiceField(
        label=_("Picture"), choices=list(SERVICE_ICONS.items()), widget=forms.RadioSelect, initial="repair"
    )

    def values(self) -> ServiceValues:
        return ServiceValues(**{**self.cleaned_data, "categories": tuple(self.cleaned_data["categories"])})

    @classmethod
    def initial_of(cls, service: Service) -> dict[str, Any]:
        initial = {name: getattr(service, name) for name in cls.base_fields}
        return {**initial, "icon": service.icon if service.icon in SERVICE_ICONS else "repair"}


class ServiceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A service by its name; hidden ones say so, because their prices can still be prepared."""

    def label_from_instance(self, obj: Model) -> str:
        return name_of(cast("Service", obj))


class RuleForm(forms.Form):
    service = ServiceChoice(label=_("Service"), queryset=Service.objects.all(), empty_label=_("Choose a service"))
    model = forms.CharField(
        label=_("Only this device"),
        required=False,
        max_length=200,
        help_text=_("Name or model number. Leave the three fields below empty then."),
    )
    brand = forms.ModelChoiceField(
        label=_("Only this brand"), queryset=Brand.objects.all(), required=False, empty_label=_("Every brand")
    )
    category = forms.ChoiceField(
        label=_("Only this kind"), choices=[("", _("Every kind")), *Category.choices], required=False
    )
    family = forms.ModelChoiceField(
        label=_("Only this family"),
        queryset=Family.objects.select_related("brand").order_by("brand__name", "name"),
        required=False,
        empty_label=_("Every family"),
    )
    quality = forms.ChoiceField(
        label=_("Only this quality of part"), choices=[("", _("Every quality")), *Quality.choices], required=False
    )
    price_pence = PenceField(label=_("Price"))
    minutes = forms.IntegerField(label=_("Bench time in minutes"), min_value=0, max_value=6000, initial=60)
    warranty_days = forms.IntegerField(
        label=_("Warranty in days"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=_("Empty: what your settings promise for the quality."),
    )
    from_price = forms.BooleanField(label=_("An estimate: the quote after diagnosis decides"), required=False)

    def clean_model(self) -> DeviceModel | None:
        text = self.cleaned_data["model"].strip()
        if not text:
            return None
        found = search(text, limit=5)
        exact = [model for model in found if model.full_name.casefold() == text.casefold()]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise forms.ValidationError(_("No device in the catalogue is called that."))
        names = ", ".join(model.full_name for model in found)
        raise forms.ValidationError(_("Several devices fit. Enter one of: %(names)s.") % {"names": names})

    def clean(self) -> dict[str, Any]:
        model, family = self.cleaned_data.get("model"), self.cleaned_data.get("family")
        wider = [self.cleaned_data.get("brand"), self.cleaned_data.get("category")]
        if (model and any([family, *wider])) or (family and any(wider)):
            raise forms.ValidationError(
                _("A device or a family says enough: leave the other fields about the device empty.")
            )
        return self.cleaned_data

    def values(self) -> RuleValues:
        data = self.cleaned_data
        pks = {f"{name}_id": data[name].pk if data[name] else None for name in ("brand", "family", "model")}
        return RuleValues(
            service_id=data["service"].pk,
            price_pence=data["price_pence"],
            minutes=data["minutes"],
            category=data["category"],
            quality=data["quality"],
            warranty_days=data["warranty_days"],
            from_price=data["from_price"],
            **pks,
        )

    @classmethod
    def initial_of(cls, rule: PriceRule) -> dict[str, Any]:
        names = (
            "service",
            "brand",
            "category",
            "family",
            "quality",
            "price_pence",
            "minutes",
            "warranty_days",
            "from_price",
        )
        initial = {name: getattr(rule, name) for name in names}
        return {**initial, "model": rule.model.full_name if rule.model else ""}


class StarterForm(forms.Form):
    """One field for each starter price. Empty: no general price, every such repair is quoted."""

    def __init__(self, *args: Any, names: dict[str, str], prices: dict[str, int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for starter in STARTER_PRICES:
            key = starter.service_key
            self.fields[key] = PenceField(label=names.get(key, key), required=False, initial=prices.get(key))

    def prices(self) -> dict[str, int | None]:
        return {name: cast("int | None", self.cleaned_data[name]) for name in self.fields}


class TrialForm(forms.Form):
    """ "What would this cost?" Answers GET, so that an explanation has an address."""

    device = forms.CharField(label=_("Device"), max_length=200, help_text=_("Name or model number."))
    service = ServiceChoice(
        label=_("Service"), queryset=Service.objects.all(), to_field_name="key", empty_label=_("Choose a service")
    )
    quality = forms.ChoiceField(
        label=_("Quality"),
        choices=[("", _("Whatever is standard"))] + [(key, Quality(key).label) for key in QUALITIES],
        required=False,
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=list(URGENCY_NAMES.items()), required=False)
    handover = forms.ChoiceField(label=_("Hand-over"), choices=list(HANDOVER_NAMES.items()), required=False)

    model: DeviceModel

    def clean_device(self) -> str:
        text = self.cleaned_data["device"]
        found = search(text, limit=1)
        if not found:
            raise forms.ValidationError(_("No device in the catalogue is called that."))
        self.model = found[0]
        return str(text)
