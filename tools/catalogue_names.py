"""How each maker's listed names become the names on the box.

Every function takes a listed name and answers the marketing name without its brand, '' for a bare code.
"""

from __future__ import annotations

import re

ACER_LINES = (
    (r"A11[45]-", "Aspire 1"), (r"A31[457]-", "Aspire 3"), (r"A51[457]-", "Aspire 5"), (r"A71[57]-", "Aspire 7"),
    (r"SF1\d\d-", "Swift 1"), (r"SF3\d\d-", "Swift 3"), (r"SF5\d\d-", "Swift 5"), (r"SF7\d\d-", "Swift 7"),
    (r"SP1\d\d-", "Spin 1"), (r"SP3\d\d-", "Spin 3"), (r"SP5\d\d-", "Spin 5"), (r"SP7\d\d-", "Spin 7"),
    (r"AN51[57]-", "Nitro 5"), (r"AN715-", "Nitro 7"), (r"PH31[57]-", "Predator Helios 300"),
    (r"PT515-", "Predator Triton 500"), (r"PT315-", "Predator Triton 300"), (r"CN515-", "ConceptD 5"),
    (r"CN517-", "ConceptD 5"), (r"CN715-", "ConceptD 7"), (r"EX2\d\d-", "Extensa"), (r"E5-47", "Aspire E 14"),
)  # fmt: skip

ASUS_LAPTOPS = (
    (r"UX|UM4", "ZenBook"), (r"B9", "ExpertBook"), (r"P[1-5]\d{3}", "AsusPro"), (r"W7", "ProArt StudioBook"),
    (r"[NX]580|N705", "VivoBook Pro"), (r"TP", "VivoBook Flip"), (r"T10", "Transformer"), (r"[EXSMD][2-7]\d\d", "VivoBook"),
)  # fmt: skip
ASUS_DESKTOPS = (
    (r"PN|PB|PA90|VC|VM|UN|E[45]20", "Mini PC"), (r"ESC|E[59]00|Pro E", "Workstation"), (r"V\d|Z[N2]", "All-in-One"),
    (r"D\d|S3", "Desktop"),
)  # fmt: skip

MSI_DESKTOP = {"Aegis B918": "Aegis 3", "Infinite B916": "Infinite X Plus", "Trident B926": "Trident A",
               "Codex B913": "Codex XE Plus", "Prestige B929": "Prestige P100", "Cubi B183": "Cubi 5",
               "Prestige PE B927": "Prestige PE130"}  # fmt: skip

VAIO_NAMES = {"VJS132": "S13 (2018)", "VJS112": "S11 (2018)", "VJS141": "SX14 (2019)", "VJS121": "SX12 (2019)",
              "VJS122": "SX12 (2020)", "VJS142": "SX14 (2020)"}  # fmt: skip


def first_of_group(name: str) -> str:
    """Answer the first model of a certification such as 'GL75 9SC / GL75 9SCK' or 'A, B, C'."""
    name = re.sub(r"^\d\)\s*", "", name)
    if "Duet" in name and "/" in name:
        name = name.split("/")[0].strip()
    if name.startswith(("Mac", "iMac", "iPad", "iPhone", "iPod", "Surface", "RP9", "ElitePOS")):
        return name
    return re.split(r", (?!\d{2}\b)(?![^(]*\))| / ", name)[0].strip()


def plain_name(brand: str, name: str, identifiers: list[str], category: str) -> str:
    """Answer the marketing name without its brand, or '' when the row is only a code."""
    if brand not in {"Nokia", "OnePlus", "Fairphone", "Apple"}:
        name = re.sub(rf"^(the )?{brand}[ -]+", "", name, flags=re.IGNORECASE)
    name = re.sub(
        r"[- ]Chromebook[- ]Flip[- ]",
        "Chromebook Flip ",
        re.sub(r"^Chromebook-Flip-", "Chromebook Flip ", name),
    )
    rename = {"Apple": apple, "Dell": dell, "HP": hp, "Lenovo": lenovo, "Asus": asus, "Acer": acer,
              "MSI": msi, "Motorola": motorola, "Samsung": samsung, "Toshiba": toshiba, "Dynabook": toshiba}.get(brand)  # fmt: skip
    if rename is not None:
        name = rename(name, category)
    elif brand == "Fujitsu":
        name = fujitsu(name, identifiers)
    elif brand == "Panasonic":
        name = re.sub(r"^(FZ|CF)-?([A-Z]?\d+).*", lambda m: f"Toughbook {m[1]}-{m[2]}", name) if name else ""
    elif brand == "VAIO":
        name = VAIO_NAMES.get(name, "")
    elif brand == "Intel":
        name = f"NUC {name[3:]}" if re.fullmatch(r"NUC\d+\w+", name) else ""
    elif brand == "Nintendo":
        name = name.removeprefix("Nintendo ").replace("OLED Model", "OLED Model")
    return re.sub(r"\s+", " ", name).strip(" ,-")


def apple(name: str, _category: str) -> str:
    """Put a Mac's size before the bracket and its chip inside: MacBook Pro 14-inch (M3 Max, 2023)."""
    name = re.sub(r"\b(iPad|iPhone \d+) Mini", r"\1 mini", name)
    found = re.fullmatch(
        r"(MacBook(?: Air| Pro)?|iMac(?: Pro)?|Mac mini|Mac Studio|Mac Pro) \(([^)]*)\)(?: (M\d.*))?", name
    )
    if not found:
        return name
    base, inside, chip = found[1], [p.strip() for p in found[2].split(",")], found[3]
    inside = [re.sub(r"^(Nov|Early|Late|Mid) (?=20)", "", p) for p in inside]
    size = next((p for p in inside if p.endswith("-inch")), "")
    rest = [p for p in inside if p != size]
    year = [p for p in rest if re.fullmatch(r"20\d\d", p)]
    rest = ([chip] if chip else []) + [p for p in rest if p not in year] + year
    return f"{base} {size}".strip() + (f" ({', '.join(rest)})" if rest else "")


def dell(name: str, category: str) -> str:
    """Answer 'Inspiron 15 5570' for 'Inspiron 5570', 'XPS 13 9360' for 'XPS 13-9360'."""
    name = re.sub(r"-0[12]\b", "", name)
    name = re.sub(r"\b(2n1|2-in1|2in1)\b", "2-in-1", name).replace("Chromebook 11 Model 3180", "Chromebook 11 3180")
    name = re.sub(r"^(Inspiron|Vostro|XPS) (\d\d)-(\d{4})", r"\1 \2 \3", name)
    if "Chromebook" in name or category == "desktop":
        return name.replace("Inspiron Chromebook 7486", "Inspiron Chromebook 14 7486")
    size = {"1": "11", "3": "13", "4": "14", "5": "15", "7": "17"}
    found = re.match(r"(Inspiron|Vostro|G[357]) \d(\d)\d\d", name)
    if found and found[2] in size:
        name = name.replace(found[1], f"{found[1]} {size[found[2]]}", 1)
    return name


def hp(name: str, _category: str) -> str:
    """Answer HP's shelf name: no 'by HP', no repeated size, no 'Business PC'."""
    name = name.replace(" by HP", "").replace("Elitebook", "EliteBook").replace("Probook", "ProBook")
    name = re.sub(r" (Convertible Workstation|Detachable Workstation|Workstation|Business PC|Education Edition)$",
                  lambda m: " EE" if m[1].startswith("Edu") else "", name)  # fmt: skip
    name = re.sub(r" (Desktop PC|All-in-One PC|All-in-One|AiO PC|AiO|Desktop Mini PC|Mini PC)$",
                  lambda m: {"De": " Mini", "Mi": " Mini"}.get(m[1][:2], " AiO") if m[1] != "Desktop PC" else "", name)  # fmt: skip
    name = re.sub(r"(?<=[23] )?\b35W Desktop Mini GPU PC$", "Mini", name).replace("Desktop Mini", "Mini")
    name = re.sub(r" (Non-Touch GPU|Touch GPU|Touch|4K UHD|Curved|Base PC)\b", "", name)
    name = re.sub(r"\b(\d\d)[mtz]?(?: \1[mtz]?-|-)(?=[a-z]{2}\b)", r"\1-", re.sub(r"\b(\d\d)[tmz]-", r"\1-", name))
    name = re.sub(
        r"\b(\d\d) (?:Laptop )?\1-",
        r"\1-",
        re.sub(r"\b(Spectre|Envy|ENVY|Stream) Laptop\b", r"\1", name.replace("Laptop Convertible", "")),
    )
    name = (
        name.replace("Desktop PC", "Desktop")
        .replace("x360 Convertible", "x360")
        .replace("Pavilion Gaming Laptop", "Pavilion Gaming")
    )
    name = re.sub(r"^(\d\d-[a-z]{2})$", r"Laptop \1", re.sub(r" PCI MT$", " MT", name))
    name = re.sub(r"^ProBook (\d+) G", r"ProBook \1 G", name).replace("ENVY", "Envy")
    return name if not re.fullmatch(r"\d\d( \d\d)?(-d)?", name) else ""


def lenovo(name: str, category: str) -> str:
    """Answer Lenovo names in one spelling; bare tablet codes give nothing."""
    if category == "tablet" and re.match(r"(TB|YT|YB|YB1|CT)-", name):
        return ""
    for wrong, right in (("ideapad", "IdeaPad"), ("Ideapad", "IdeaPad"), ("ideacentre", "IdeaCentre"), ("YOGA", "Yoga"),
                         ("FLEX", "Flex"), ("Silm", "Slim"), ("Thinkpad", "ThinkPad"), ("Thinkcentre", "ThinkCentre"),
                         ("2ndGen", "2nd Gen"), ("Gen3", "Gen 3")):  # fmt: skip
        name = name.replace(wrong, right)
    name = re.sub(r"^ThinkCentre(?=M)", "ThinkCentre ", re.sub(r"e(?=Chromebook)", "e ", name))
    name = re.sub(r"^Chromebook Duet$", "IdeaPad Duet Chromebook", re.sub(r" \((14M868|ADL-N)\)$", "", name))
    name = re.sub(r"^(IdeaPad (?:Flex )?\d) CB ", r"\1 Chromebook ", name)
    name = re.sub(r" (Glass|Touch|D|U|GTX)$", "", name)
    name = re.sub(r" / .*$", "", name)
    name = re.sub(r"^(ThinkPad (?:11e|13)) Chromebook.*", r"\1 Chromebook", name)
    return "" if re.fullmatch(r"V\d+z", name) else name


def asus(name: str, category: str) -> str:
    """Answer the line before the code: 'X509J Series' is sold as a VivoBook."""
    if re.search(r"(?i)chromeb", name):
        return re.sub(r"Chromebook (C202SA)/C300SA", r"Chromebook \1", name)
    code = name.removesuffix(" Series").strip()
    if re.match(r"(C\d{3}|Q\d{3}|MJ4|CT1)", code) or category == "tablet":
        return ""
    lines = ASUS_DESKTOPS if category == "desktop" else ASUS_LAPTOPS
    line = next((label for pattern, label in lines if re.match(pattern, code)), "")
    if category == "laptop":
        code = re.sub(r"(?<=\d)[A-Z]$", "", code)
    return f"{line} {code}" if line else ""


def acer(name: str, category: str) -> str:
    """Tidy Acer's Chromebooks, tablets and desktops; laptops go through `acer_models`."""
    name = re.sub(r"^(The )?Acer ?", "", name)
    if re.fullmatch(r"CXI3|CA24I2|15\.6\" Chromebook", name):
        return ""
    name = re.sub(r"\(([A-Z]+\d+(?:-\w+)?)[^)]*\)[ )]*$", r"(\1)", name)
    name = re.sub(r"(?<=[\w])\((?=[A-Z])", " (", name).replace(" for work", " for Work")
    return re.sub(r"^(Nitro|Aspire) ((?:NS|TC|XC)-\d+)G$", r"\1 \2", name) if category == "desktop" else name


def acer_models(name: str, identifiers: list[str]) -> list[str]:
    """Answer every model of a certification as 'Aspire 5 A515-51'; grouped codes become models of their own."""
    answers: dict[str, None] = {}
    for text in [name, *identifiers]:
        text = re.sub(r"^(Aspire|Spin|Predator|Nitro|Swift|Concept ?D)( \d)?( Pro| Spin)? (?=[A-Z]{1,2}\d)", "", text)
        found = re.match(r"((?:[A-Z]{1,2}\d{3}|E5)-\d{2,3})", text)
        line = next((label for pattern, label in ACER_LINES if found and re.match(pattern, text)), "")
        if found and line:
            answers[f"{line} {found[1]}"] = None
        elif re.match(r"TravelMate [A-Z]?\d", text):
            answers[re.sub(r"-(MG?|RN?)$|(?<=\d)T?G$", "", text)] = None
    return list(answers)


def msi(name: str, category: str) -> str:
    """Drop board suffixes; desktops carry internal codes, translated by table."""
    if category == "desktop":
        return MSI_DESKTOP.get(name, "" if re.search(r" B9\d\d$", name) else name)
    return re.sub(r"\(Vpro\)", "", name)


def motorola(name: str, _category: str) -> str:
    """Answer 'Edge 30', 'Razr 40', 'Moto G13': brand removed, line capitalised."""
    name = re.sub(r"^(Motorola )?(edge|razr|moto)\b", lambda m: m[2].capitalize(), name, flags=re.IGNORECASE)
    name = re.sub(r"^Moto (\w)(?=\d)", lambda m: f"Moto {m[1].upper()}", name).replace("Moto g", "Moto G")
    name = re.sub(r"\b(power|neo|fusion)$", lambda m: m[1].capitalize(), name)
    name = re.sub(r"^(Razr\+?|Edge\+?|Razr Ultra) (20\d\d)$", r"\1 (\2)", name)
    return re.sub(r" by motorola", "", name, flags=re.IGNORECASE)


def samsung(name: str, category: str) -> str:
    """Bare notebook and tablet codes give nothing; the additions name those models."""
    if re.fullmatch(r"(NP|XE|SM-|DP)[\w-]+", name) or (category == "desktop"):
        return ""
    name = re.sub(r"Galaxy Note ?(\d)", r"Galaxy Note \1", name).replace("Galaxy Xcover", "Galaxy XCover")
    return re.sub(r"XCover ?(\d)", r"XCover \1", name).replace(" edge", " Edge").replace("S7 active", "S7 Active")


def toshiba(name: str, _category: str) -> str:
    """Answer title-cased Toshiba and Dynabook lines."""
    name = re.sub(r"^dynabook ", "", name)
    if "#" in name or name.startswith("PORTEGE 3"):
        return ""
    return name.replace("PORTEGE", "Portégé").replace("TECRA", "Tecra")


def fujitsu(name: str, identifiers: list[str]) -> str:
    """Certification codes such as ME14A carry the real name among the identifiers."""
    if not name.startswith(("LIFEBOOK", "ESPRIMO", "CELSIUS")):
        name = next((i for i in identifiers if i.startswith(("LIFEBOOK", "STYLISTIC"))), "")
    return (
        name.replace("LIFEBOOK", "Lifebook")
        .replace("ESPRIMO", "Esprimo")
        .replace("CELSIUS", "Celsius")
        .replace("STYLISTIC", "Stylistic")
    )
