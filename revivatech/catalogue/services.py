"""The repair types a new shop starts with. Loading adds those that are missing and never changes one that is there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Service

_HAND = ("smartphone", "tablet", "laptop", "console", "wearable")
_PORTS = ("smartphone", "tablet", "laptop", "console")
_COMPUTERS = ("laptop", "desktop", "console")


@dataclass(frozen=True, slots=True)
class Starter:
    key: str
    name: str
    summary: str
    icon: str
    categories: tuple[str, ...] = ()
    has_quality: bool = False


SERVICES: tuple[Starter, ...] = (
    Starter("screen", "Screen", "Cracked glass, lines, dark or dead display, touch not working", "device", (), True),
    Starter("battery", "Battery", "Drains fast, swollen, shuts down, does not charge", "battery", _HAND, True),
    Starter("charging_port", "Charging port", "Loose, blocked or dead socket", "charging-port", _PORTS, True),
    Starter("camera", "Camera", "Blurred, black or cracked", "camera", ("smartphone", "tablet", "laptop"), True),
    Starter("speaker", "Speaker or microphone", "No sound, crackling, others cannot hear you", "speaker", (), True),
    Starter("button", "Button", "Power, volume, home or controller buttons and sticks", "repair", _HAND),
    Starter("keyboard", "Keyboard", "Keys stuck, missing or dead", "laptop", ("laptop",), True),
    Starter("trackpad", "Trackpad", "Does not click or move", "laptop", ("laptop",), True),
    Starter("hinge", "Hinge or case", "Loose or broken hinge, cracked case", "wrench", ("laptop",)),
    Starter("storage", "Storage or memory upgrade", "More room or speed, with your data moved", "backup", _COMPUTERS),
    Starter("hdmi_port", "HDMI port", "No picture on the television or monitor", "console", _COMPUTERS),
    Starter("board", "Board repair", "Dead, no power, faults found on the main board", "zap"),
    Starter("liquid_damage", "Liquid damage", "Water, tea, coffee: the sooner the better", "liquid"),
    Starter(
        "data_recovery", "Data recovery", "Photos and files from a failed device", "backup",
        ("smartphone", "tablet", "laptop", "desktop"),
    ),
    Starter("software", "Software", "Slow, stuck, viruses, updates, reinstallation", "settings"),
    Starter("cleaning", "Cleaning and cooling", "Hot or loud: dust out, new thermal paste", "refresh", _COMPUTERS),
    Starter("diagnostic", "Diagnosis with a report", "A written report on what is wrong", "diagnosis"),
    Starter("custom", "Something else, or not sure", "Tell us what happens and we find out", "help"),
)  # fmt: skip


def seeded_words() -> list[str]:
    return [word for starter in SERVICES for word in (starter.name, starter.summary)]


def install_services() -> int:
    """Add the services that are missing; returns how many."""
    there = set(Service.objects.values_list("key", flat=True))
    missing = [
        Service(
            key=starter.key,
            name=starter.name,
            summary=starter.summary,
            icon=starter.icon,
            categories=list(starter.categories),
            has_quality=starter.has_quality,
            position=position * 10,
        )
        for position, starter in enumerate(SERVICES, start=1)
        if starter.key not in there
    ]
    Service.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def name_of(service: Service) -> str:
    """What staff read in a list of services: the name, and whether it is hidden."""
    return service.label if service.bookable else _("%(name)s (hidden)") % {"name": service.label}
