"""The lists a new shop starts with. Written after every migrate: what is missing is added, what an owner changed stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from revivatech.catalogue.choices import Category
from revivatech.platform.locking import lock

# Group → labels; a key is made of the label. Shipped keys never change: a renamed one would be added a second time.
_DISPLAY = ("Display picture", "Display brightness", "Dead pixels or lines")
_TOUCH = (*_DISPLAY, "Touch")
_RADIOS = ("Wi-Fi", "Bluetooth")

STARTER: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    Category.SMARTPHONE: {
        "Display": _TOUCH,
        "Cameras": ("Rear camera", "Front camera", "Flash"),
        "Sound": ("Microphone", "Loudspeaker", "Earpiece"),
        "Buttons": ("Power button", "Volume buttons", "Mute switch", "Vibration"),
        "Power": ("Charging", "Wireless charging", "Battery health"),
        "Radio": ("Cellular", *_RADIOS, "GPS"),
        "Sensors": ("Face or fingerprint unlock", "Proximity sensor", "Motion sensors"),
        "Ports": ("Headphone socket", "SIM tray"),
    },
    Category.TABLET: {
        "Display": _TOUCH,
        "Cameras": ("Rear camera", "Front camera"),
        "Sound": ("Microphone", "Speakers", "Headphone socket"),
        "Buttons": ("Power button", "Volume buttons", "Home button"),
        "Power": ("Charging", "Battery health"),
        "Radio": (*_RADIOS, "Cellular", "GPS"),
        "Sensors": ("Face or fingerprint unlock", "Motion sensors"),
    },
    Category.LAPTOP: {
        "Display": (*_DISPLAY, "Hinges"),
        "Input": ("Keyboard", "Trackpad", "Power button", "Fingerprint reader"),
        "Camera and sound": ("Camera", "Microphone", "Speakers", "Headphone socket"),
        "Power": ("Charging", "Battery health"),
        "Ports": ("USB ports", "Video output", "Card reader"),
        "Radio": _RADIOS,
        "Inside": ("Fans", "Drives", "Starts up"),
    },
    Category.DESKTOP: {
        "Power": ("Starts up", "Power button", "Power supply"),
        "Video": ("Video output", "Graphics card"),
        "Ports": ("USB ports", "Network port", "Audio sockets", "Card reader"),
        "Radio": _RADIOS,
        "Inside": ("Fans", "Drives", "Disc drive", "Memory"),
    },
    Category.CONSOLE: {
        "Power": ("Starts up", "Charging", "Battery health"),
        "Video": ("Video output", "Display picture", "Touch"),
        "Play": ("Controllers", "Sticks and buttons", "Disc drive", "Cartridge or card slot"),
        "Ports": ("USB ports", "Network port"),
        "Radio": _RADIOS,
        "Inside": ("Fans", "Drives", "Speakers"),
    },
    Category.WEARABLE: {
        "Display": ("Display picture", "Touch"),
        "Buttons": ("Crown", "Side button", "Vibration"),
        "Power": ("Charging", "Battery health"),
        "Sound": ("Microphone", "Loudspeaker"),
        "Radio": (*_RADIOS, "Cellular", "GPS"),
        "Sensors": ("Heart rate sensor", "Motion sensors"),
        "Body": ("Strap", "Seal and back"),
    },
}


def seeded_words() -> list[str]:
    return [word for groups in STARTER.values() for group, labels in groups.items() for word in (group, *labels)]


def key_of(label: str) -> str:
    """`Face or fingerprint unlock` → `face_or_fingerprint_unlock`, at most 40 characters."""
    return re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40].rstrip("_")


@transaction.atomic
def install_starter_checklists() -> int:
    """Add the templates and items that are not there; returns how many items were added. Idempotent."""
    from .models import ChecklistItem, ChecklistTemplate

    lock("repairs.checklists")  # several processes may migrate at one start
    ChecklistTemplate.objects.bulk_create(
        [ChecklistTemplate(category=category) for category in STARTER], ignore_conflicts=True
    )
    templates = {row.category: row for row in ChecklistTemplate.objects.all()}
    there = set(ChecklistItem.objects.values_list("template__category", "key"))
    missing = [
        ChecklistItem(template=templates[category], key=key_of(label), label=label, group=group, position=position)
        for category, groups in STARTER.items()
        for position, (group, label) in enumerate(_in_order(groups), start=1)
        if (category, key_of(label)) not in there
    ]
    ChecklistItem.objects.bulk_create(missing)
    return len(missing)


def _in_order(groups: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(group, label) for group, labels in groups.items() for label in labels]


def after_migrate(**_signal: Any) -> None:
    install_starter_checklists()
