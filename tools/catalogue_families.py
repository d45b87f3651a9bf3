"""Which product family a model belongs to, decided by its brand and the start of its name."""

from __future__ import annotations

import re

FAMILIES: dict[str, tuple[tuple[str, str], ...]] = {
    "Apple": (
        (r"iPhone", "iPhone"), (r"iPad Air", "iPad Air"), (r"iPad Pro", "iPad Pro"), (r"iPad mini", "iPad mini"),
        (r"iPad", "iPad"), (r"iPod", "iPod touch"), (r"MacBook Air", "MacBook Air"), (r"MacBook Pro", "MacBook Pro"),
        (r"MacBook", "MacBook"), (r"iMac Pro", "iMac Pro"), (r"iMac", "iMac"), (r"Mac mini", "Mac mini"),
        (r"Mac Studio", "Mac Studio"), (r"Mac Pro", "Mac Pro"), (r"Apple Watch", "Apple Watch"),
        (r"Apple Vision", "Apple Vision"),
    ),
    "Samsung": (
        (r"Galaxy (Z |Fold\b)", "Galaxy Z"), (r"Galaxy Tab Active", "Galaxy Tab Active"), (r"Galaxy Tab S", "Galaxy Tab S"),
        (r"Galaxy (Tab|View)", "Galaxy Tab A"), (r"Galaxy (Watch|Fit)", "Galaxy Watch"), (r"Gear", "Gear"),
        (r"Galaxy Ring", "Galaxy Ring"), (r"Galaxy XCover", "Galaxy XCover"), (r"Galaxy Note", "Galaxy Note"),
        (r"Galaxy Book", "Galaxy Book"), (r".*Chromebook", "Chromebook"), (r"Galaxy S\d|Galaxy S Light", "Galaxy S"),
        (r"Galaxy A", "Galaxy A"), (r"Galaxy M", "Galaxy M"), (r"Galaxy J", "Galaxy J"), (r"Galaxy F\d", "Galaxy F"),
        (r"Galaxy C\d", "Galaxy C"), (r"Galaxy On", "Galaxy On"), (r"Notebook", "Notebook"), (r"Galaxy", "Galaxy"),
    ),
    "Google": (
        (r"Pixel Watch", "Pixel Watch"), (r"Pixel Tablet", "Pixel Tablet"), (r"Pixel(book| Slate)", "Pixelbook"),
        (r"Pixel", "Pixel"),
    ),
    "Microsoft": (
        (r"Surface Laptop Go", "Surface Laptop Go"), (r"Surface Laptop Studio", "Surface Laptop Studio"),
        (r"Surface Laptop", "Surface Laptop"), (r"Surface Pro", "Surface Pro"), (r"Surface Book", "Surface Book"),
        (r"Surface Go", "Surface Go"), (r"Surface Studio", "Surface Studio"), (r"Surface Duo", "Surface Duo"),
        (r"Xbox One", "Xbox One"), (r"Xbox Series", "Xbox Series"), (r"Lumia", "Lumia"),
    ),
    "Sony": (
        (r"PlayStation Portal", "PlayStation Portal"), (r"PlayStation 4", "PlayStation 4"),
        (r"PlayStation 5", "PlayStation 5"), (r"Xperia", "Xperia"),
    ),
    "Nintendo": ((r"Switch 2", "Switch 2"), (r"Switch", "Switch"), (r".*[23]DS", "3DS")),
    "Valve": ((r"Steam Deck", "Steam Deck"),),
    "Dell": (
        (r".*Chromebook", "Chromebook"), (r"G\d|G Series", "G Series"), (r"Alienware", "Alienware"), (r"XPS", "XPS"),
        (r"Inspiron", "Inspiron"), (r"Latitude", "Latitude"), (r"Precision", "Precision"), (r"Vostro", "Vostro"),
        (r"OptiPlex", "OptiPlex"), (r"Pro Max", "Dell Pro Max"), (r"Pro ", "Dell Pro"), (r"\d\d Plus|\d\d Premium|1\d", "Dell"),
    ),
    "HP": (
        (r".*Chrome(book|box)", "Chromebook"), (r"Spectre", "Spectre"), (r"Envy", "Envy"), (r"Victus", "Victus"),
        (r"Pavilion", "Pavilion"), (r"EliteBook", "EliteBook"), (r"Elite Dragonfly|Dragonfly", "Dragonfly"),
        (r"ProBook|Pro x2", "ProBook"), (r"ZBook", "ZBook"), (r"OMEN", "OMEN"), (r"OmniBook", "OmniBook"),
        (r"OmniDesk", "OmniDesk"), (r"Stream", "Stream"), (r"EliteDesk|Elite (Mini|SFF|Tower|Slice)", "EliteDesk"),
        (r"EliteOne", "EliteOne"), (r"ProDesk|Pro (Mini|SFF|Tower)|Desktop Pro", "ProDesk"), (r"ProOne", "ProOne"),
        (r"Z\d|Z ", "Z Workstation"), (r"Elite x2|Elite", "Elite"), (r"(Slim|Slimline|Desktop|2\d0 G\d (DM|MT))", "HP Desktop"),
        (r"Laptop|\d\d-|\d{3}S? G\d", "HP Laptop"),
    ),
    "Lenovo": (
        (r"Legion Go", "Legion Go"), (r"Legion (Tower|T\d|C\d)", "Legion Tower"), (r"Legion Tab", "Tab"),
        (r".*(Chromebook|Chromebox)", "Chromebook"), (r"ThinkPad", "ThinkPad"), (r"ThinkBook", "ThinkBook"),
        (r"ThinkCentre", "ThinkCentre"), (r"ThinkStation", "ThinkStation"), (r"IdeaCentre", "IdeaCentre"),
        (r"IdeaPad|Flex|Miix", "IdeaPad"), (r"Yoga Tab", "Tab"), (r"Yoga A\d|Yoga AIO", "IdeaCentre"), (r"Yoga", "Yoga"),
        (r"Legion", "Legion"), (r"LOQ Tower", "LOQ"), (r"LOQ", "LOQ"), (r"Tab|Smart Tab", "Tab"),
        (r"V\d", "V Series"), (r"\d{3}e|1\de|Tablet 10", "Education"),
    ),
    "Asus": (
        (r"ROG (Xbox )?Ally", "ROG Ally"), (r"ROG Phone", "ROG Phone"), (r"ROG", "ROG"), (r"TUF", "TUF Gaming"),
        (r".*Chrome(book|box)", "Chromebook"), (r"ZenBook", "ZenBook"), (r"VivoBook", "VivoBook"),
        (r"ExpertBook|AsusPro", "ExpertBook"), (r"ProArt", "ProArt"), (r"ZenFone", "ZenFone"), (r"ZenPad", "ZenPad"),
        (r"Transformer", "Transformer"), (r"Zen AiO|All-in-One|Vivo AiO", "All-in-One"),
        (r"Mini PC|VivoMini|NUC", "Mini PC"), (r"ExpertCenter|Desktop|Workstation", "Desktop"), (r"Gaming V", "VivoBook"),
    ),
    "Acer": (
        (r".*Chrome(book|box|base)", "Chromebook"), (r"Predator Orion", "Predator Orion"), (r"Predator", "Predator"),
        (r"Nitro", "Nitro"), (r"Swift", "Swift"), (r"Spin", "Spin"), (r"Aspire", "Aspire"), (r"TravelMate", "TravelMate"),
        (r"ConceptD", "ConceptD"), (r"Extensa", "Extensa"), (r"Veriton", "Veriton"), (r"Enduro", "Enduro"), (r"Iconia", "Iconia"),
    ),
    "MSI": (
        (r"Claw", "Claw"), (r"GS|Stealth", "Stealth"), (r"GE|Raider", "Raider"), (r"GP|Leopard|Vector", "Leopard"),
        (r"GL|Pulse", "GL Series"), (r"GF|Thin|Cyborg|Katana|Sword", "Thin"), (r"GT|Titan", "Titan"), (r"PS|Prestige", "Prestige"),
        (r"P65|PE\d|Creator", "Creator"), (r"W[EPST]\d", "Workstation"), (r"Modern", "Modern"), (r"Summit", "Summit"),
        (r"(Alpha|Bravo|Delta)", "Alpha and Bravo"), (r"", "MSI Desktop"),
    ),
    "Motorola": ((r"Edge", "Edge"), (r"Razr", "Razr"), (r"ThinkPhone", "ThinkPhone"), (r"(Moto )?One", "One"),
                 (r"Moto G", "Moto G"), (r"Moto E", "Moto E"), (r"Moto [CXZM]", "Moto Z and X")),
    "Nokia": ((r"Nokia T", "Nokia tablet"), (r"Nokia", "Nokia")),
    "OnePlus": ((r"OnePlus Nord", "OnePlus Nord"), (r"OnePlus Pad", "OnePlus Pad"), (r"OnePlus Watch", "OnePlus Watch"),
                (r"OnePlus", "OnePlus")),
    "Fairphone": ((r"Fairphone", "Fairphone"),),
    "Panasonic": ((r"Toughbook", "Toughbook"),),
    "Fujitsu": ((r"Lifebook", "Lifebook"), (r"Stylistic", "Stylistic"), (r"Esprimo", "Esprimo"), (r"Celsius", "Celsius")),
    "Toshiba": ((r"Portégé", "Portégé"), (r"Tecra", "Tecra"), (r"Satellite", "Satellite")),
    "Dynabook": ((r"Portégé", "Portégé"), (r"Tecra", "Tecra"), (r"Satellite", "Satellite")),
    "VAIO": ((r"S", "VAIO S"),),
    "Intel": ((r"NUC", "NUC"),),
}  # fmt: skip


def family_of(brand: str, _category: str, name: str) -> str:
    """Answer the family of a model, '' when no rule knows it (the build then stops)."""
    for pattern, family in FAMILIES.get(brand, ()):
        if re.match(pattern, name):
            return family
    return ""
