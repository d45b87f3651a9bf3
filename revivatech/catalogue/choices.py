"""The fixed words of the catalogue. Apart from models.py so that the price engine needs no database."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Category(TextChoices):
    SMARTPHONE = "smartphone", _("Smartphone")
    TABLET = "tablet", _("Tablet")
    LAPTOP = "laptop", _("Laptop")
    DESKTOP = "desktop", _("Desktop")
    CONSOLE = "console", _("Console")
    WEARABLE = "wearable", _("Wearable")


class Quality(TextChoices):
    """Grade of the part fitted. `ORIGINAL` is the maker's own part."""

    ORIGINAL = "original", _("Original")
    PREMIUM = "premium", _("Premium")
    STANDARD = "standard", _("Standard")


CATEGORIES_IN_PLURAL = {
    Category.SMARTPHONE: _("smartphones"),
    Category.TABLET: _("tablets"),
    Category.LAPTOP: _("laptops"),
    Category.DESKTOP: _("desktops"),
    Category.CONSOLE: _("consoles"),
    Category.WEARABLE: _("wearables"),
}
