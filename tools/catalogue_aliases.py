"""What people type when they mean a model: shortened, joined and older forms of its name."""

from __future__ import annotations

import re

Rule = tuple[str, tuple[str, ...]]

SPOKEN: dict[str, tuple[Rule, ...]] = {
    "Apple": (
        (r"iPhone (\d+)( mini| Plus| Pro Max| Pro)?$", (r"\1\2", r"i\1\2", r"iph \1\2")),
        (r"iPhone X$", ("iphone 10", "iphone ten")),
        (r"iPhone SE \((\d)\w+ gen\w+\)", (r"iphone se \1", r"iphone se \1 gen", r"iphone se{se}")),
        (r"iPad \((\d+)\w+ gen\w+\)", (r"ipad \1", r"ipad \1 gen", r"ipad {year}")),
        (r"iPad (Air|mini) \((\d+)\w+ gen\w+\)", (r"ipad \1 \2", r"ipad \1 {year}")),
        (r"iPad \(A16", ("ipad 11", "ipad 11th gen", "ipad 2025", "ipad a16")),
        (r"iPad Pro (9.7|10.5)-inch", (r"ipad pro \1", r"ipad pro {year}", r"ipad pro \1 {year}")),
        (r"iPad Pro ([\d.]+)-inch \((\d)\w+ gen\w+\)", (r"ipad pro \1 {year}", r"ipad pro \1 \2", r"ipad pro \1 gen \2")),
        (r"iPad (Air|Pro) (\d+)-inch \((M\d)\)", (r"ipad \1 \3", r"ipad \1 \2 \3", r"ipad \1 \2 {year}")),
        (r"MacBook Air (\d\d)-inch \((M\d)", (r"macbook air \2", r"macbook air \1 \2", r"mba \2", r"mba \1 \2")),
        (r"MacBook Pro (\d\d)-inch \((M\d)[,)]", (r"macbook pro \2", r"macbook pro \1 \2", r"mbp \1 \2")),
        (r"MacBook Pro (\d\d)-inch \((M\d) (Pro/Max|Pro|Max)", (r"macbook pro \1 \2", r"macbook pro \2 {chip}", r"macbook pro \1 \2 {chip}", r"mbp \1 \2 {chip}")),
        (r"MacBook (Air|Pro) (\d\d)-inch", (r"macbook \1 {year}", r"macbook \1 \2 {year}", r"mb{initial} \2 {year}")),
        (r"MacBook 12-inch", ("macbook 12", "macbook {year}", "macbook retina 12")),
        (r"iMac (\d\d)(?:[.\d]+)?-inch \((M\d)?", (r"imac \1 {year}", r"imac \2", "imac {year}")),
        (r"Mac (mini|Studio|Pro) \((M\d[^,]*)", (r"mac \1 \2", r"mac \1 {year}")),
        (r"Apple Watch (Series \d+|SE|Ultra)(.*)", (r"watch \1\2", r"apple watch{digit}", r"iwatch{digit}")),
    ),
    "Samsung": (
        (r"Galaxy (S\d+|A\d+\w?|M\d+\w?|J\d|F\d+|Note \d+)(e|\+| Ultra| Plus| FE| Edge| Lite)?( 5G)?( .*)?$",
         (r"\1\2{5g}\4", r"galaxy \1\2{5g}\4", r"samsung \1\2{5g}\4")),
        (r"Galaxy Z (Flip|Fold) ?(\d)(?!G)", (r"z \1 \2", r"\1 \2", r"z\1\2", r"galaxy \1 \2", r"galaxy z \1 \2", r"samsung \1 \2")),
        (r"Galaxy Tab (\w+)(.*)", (r"tab \1\2", r"samsung tab \1\2")),
        (r"Galaxy Watch ?(\d)(.*)", (r"galaxy watch \1\2", r"samsung watch \1\2")),
    ),
    "Google": ((r"Pixel (.*)", (r"google pixel \1",)),),
    "Microsoft": (
        (r"Surface Pro (\d+\+?)(?!-inch)", (r"surface pro \1", r"surfacepro\1")),
        (r"Surface Laptop (\d)(?!\d)", (r"surface laptop \1",)),
        (r"Xbox Series (\w)$", (r"xbox \1",)),
    ),
    "Lenovo": (
        (r"ThinkPad ([A-Z]\d+s?)( .*)?$", (r"\1\2",)),
        (r"ThinkPad X1 (Carbon|Yoga|Nano|Extreme) Gen (\d+)", (r"x1 \1 g\2", r"x1 \1 \2", r"x1 \1 {year}")),
        (r"ThinkPad (\w+) Gen (\d)", (r"\1 g\2", r"thinkpad \1 g\2")),
        (r"(IdeaPad|Yoga|Flex) (\S+)-(\d\d)[A-Z0-9]+$", (r"\1 \2", r"\1 \2 \3")),
        (r"((?:IdeaPad|Yoga|Legion|LOQ)[A-Za-z0-9 -]*?) (1\d)[A-Z]\w+$", (r"\1", r"\1 \2")),
        (r"((?:IdeaPad|Yoga|Legion)(?: [A-Z]\w+)* \d) (1\d)I[A-Z]{2}\w*$", (r"\1i", r"\1i \2")),
        (r"ThinkCentre (M\d+\w+)", (r"\1",)),
    ),
    "Dell": (
        (r"(XPS|Inspiron|Vostro|G\d) (?:\d\d) (?:Plus |SE )?(\d{4})", (r"\1 \2", r"dell \1 \2")),
        (r"(Latitude|Precision|OptiPlex) (\d+)", (r"dell \2",)),
    ),
    "HP": (
        (r"(Elite|Pro)Book (x360 )?(\d+) (G\d+)", (r"hp \3 \4", r"\1 book \2\3 \4")),
        (r"(Pavilion|Envy|Spectre|Laptop|Stream|OMEN)\D*(\d\d-\w\w)", (r"hp \2", r"\1 \2")),
    ),
    "Asus": ((r"(?:ZenBook|VivoBook|ExpertBook|AsusPro)(?: \S+)* ([A-Z]+\d{3,4}\w*)$", (r"\1", r"asus \1")),
             (r"ROG (.*)", (r"\1",))),
    "Acer": ((r"(?:Aspire|Swift|Spin|Nitro) \d (\w+-\d+)", (r"\1", r"acer \1")),),
    "Motorola": ((r"(Moto \w)(\d.*)", (r"\1 \2", r"motorola \1\2")), (r"(Edge|Razr)(.*)", (r"motorola \1\2", r"moto \1\2"))),
    "OnePlus": ((r"OnePlus (.*)", (r"one plus \1", r"1+ \1")),),
    "Xiaomi": ((r"(Mi|Redmi|POCO) (.*)", (r"xiaomi \1 \2",)), (r"Xiaomi (\d+\w*)(.*)", (r"mi \1\2",))),
    "Sony": ((r"PlayStation (\d)(.*)", (r"ps\1\2", r"ps \1\2")), (r"Xperia (.*)", (r"sony xperia \1",))),
    "Nintendo": ((r"Switch(.*)", (r"nintendo switch\1",)),),
    "Huawei": ((r"(P|Mate )(\d+)(.*)", (r"huawei \1\2\3",)),),
}  # fmt: skip


def aliases_of(brand: str, category: str, name: str, year: int, *, keep_5g: bool = False) -> list[str]:
    """Answer spoken forms of a name, most useful first, never the name itself.

    `keep_5g`: the maker also sells the model without 5G, so "a51" alone must not mean the 5G one.
    """
    found: dict[str, None] = {}
    short = name if keep_5g else re.sub(r" 5G\b", "", name)
    if short != name:
        found[short.lower()] = None
    for pattern, forms in SPOKEN.get(brand, ()):
        match = re.match(pattern, name)
        if match:
            for form in forms:
                found[fill(match, form.replace("{5g}", " 5g" if keep_5g else ""), name, year)] = None
    if category in {"smartphone", "console"} and "(" not in name:
        found[re.sub(r"[^a-z0-9]", "", short.lower().replace("+", "plus"))] = None
    if "+" in name:
        for each in [name.lower(), *found]:
            if "+" in each and not each.startswith("1+"):
                found[each.replace("+", " plus")] = None
    too_vague = {"imac", "apple watch", "iwatch", "watch se", "watch ultra"}
    return [a for a in found if len(a) > 1 and not a.isdigit() and a not in too_vague and a != name.lower()]


def fill(match: re.Match[str], form: str, name: str, year: int) -> str:
    """Answer one spoken form with its groups, year and other facts filled in."""
    text = match.expand(re.sub(r"\\(\d)", r"\\g<\1>", form)) if "\\" in form else form
    chip = re.search(r"(Pro/Max|Pro|Max)[,)]", name)
    digit = re.search(r"\b(Series|Ultra) ?(\d+)", name)
    facts = {
        "{year}": str(year),
        "{se}": f" {year}",
        "{chip}": chip[1].split("/")[0] if chip else "",
        "{initial}": "a" if " Air" in name else "p",
        "{digit}": f" {digit[2]}" if digit and digit[1] == "Series" else "",
    }
    for mark, value in facts.items():
        text = text.replace(mark, value)
    return re.sub(r"\s+", " ", text.lower().replace("(", "").replace(")", "").replace(",", "")).strip()
