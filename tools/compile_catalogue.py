"""Compile the shipped device catalogue from the open source lists and the hand-collated additions.

    python tools/compile_catalogue.py SOURCE_DIR

SOURCE_DIR holds devices_permissive.csv and android_model_codes.csv. The result,
revivatech/catalogue/data/devices.csv, depends on nothing but those files and additions.csv beside it.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from catalogue_aliases import aliases_of
from catalogue_families import family_of
from catalogue_rules import Product, squash, tidy

DATA = Path(__file__).resolve().parent.parent / "revivatech" / "catalogue" / "data"
COLUMNS = ("key", "category", "brand", "family", "name", "slug", "year", "released", "identifiers", "aliases",
           "support_end", "source", "licence", "confidence")  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2016, 2025
MANY_CODES = 30
"""A model keeps at most this many identifiers; operators' variants beyond that help nobody."""

ANDROID_BRANDS = {
    "LGE": "LG",
    "realme": "Realme",
    "Redmi": "Xiaomi",
    "POCO": "Xiaomi",
    "TCT (Alcatel)": "Alcatel",
}
NOT_THE_MODELS = {
    "Galaxy M06 5G",
    "Galaxy A06 5G",
    "Galaxy Tab A 8.0 (2018)",
    "Galaxy Tab A8",
    "Galaxy Tab E 8.0",
}
"""Models whose codes in the source list belong to another device."""


def main(source: Path) -> None:
    """Build the catalogue and say in one line per category what is in it."""
    additions = read_additions(DATA / "additions.csv")
    play = read_play_list(source / "android_model_codes.csv")
    listed = distrust_codes(read_sources(source / "devices_permissive.csv"), play)
    products = additions + adopt_names(additions, listed)
    merged = merge([p for p in products if FIRST_YEAR <= p.year <= LAST_YEAR])
    add_android_codes(merged, play)
    drop_contested_codes(merged)
    orphans = [f"{p.brand} {p.name}" for p in merged if not p.family]
    if orphans:
        sys.exit("no family for: " + "; ".join(orphans))
    write(merged, DATA / "devices.csv")
    print(len(merged), "models", dict(Counter(p.category for p in merged)))


def read_sources(path: Path) -> list[Product]:
    """Read the permissively licensed rows and tidy each."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [product for row in csv.DictReader(lines) for product in tidy(row)]


def read_additions(path: Path) -> list[Product]:
    """Read the hand-collated models; their year outranks a certification date."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Product(
                category=row["category"],
                brand=row["brand"],
                name=row["name"],
                year=int(row["year"]),
                released=row["released"],
                family=row["family"] or family_of(row["brand"], row["category"], row["name"]),
                identifiers=[i for i in row["identifiers"].split("|") if i],
                aliases=[a for a in row["aliases"].split("|") if a],
                support_end=row["support_end"],
                sources=[row["source"]],
                licences=["facts"],
                confidence=row["confidence"],
                rank=2,
            )
            for row in csv.DictReader(lines)
        ]


def adopt_names(additions: list[Product], listed: list[Product]) -> list[Product]:
    """Give an Asus model listed under its bare code ("VivoBook X512") the name it was sold under."""
    sold: dict[str, list[str]] = defaultdict(list)
    for product in additions:
        code = re.search(r" ([A-Z]{1,2}\d{3,4})[A-Z]*$", product.name)
        if product.brand == "Asus" and code:
            sold[code[1]].append(product.name)
    for product in listed:
        names = sold.get(product.name.rsplit(" ", 1)[-1], [])
        if product.brand == "Asus" and len(names) == 1:
            product.name = names[0]
    return listed


def merge(products: list[Product]) -> list[Product]:
    """Answer one product per brand and name: trusted dates first, identifiers and aliases united."""
    groups: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for product in products:
        groups[product.brand, squash(product.name)].append(product)
    answers = []
    for group in groups.values():
        group.sort(key=lambda p: (p.rank, p.year))
        best = group[0]
        preferred = next((p for p in group if p.rank == 2), best)  # the additions spell names and families
        best.name, best.family, best.category = preferred.name, preferred.family, preferred.category
        for other in group[1:]:
            best.released = best.released or (other.released if other.year == best.year else "")
            best.support_end = best.support_end or other.support_end
            best.identifiers += other.identifiers
            best.aliases += other.aliases
            best.sources += other.sources
            best.licences += other.licences
        if len({p.year for p in group}) == 1:  # sources agree: as sure as the surest
            best.confidence = min((p.confidence for p in group), key=("high", "medium", "low").index)
        if best.released and int(best.released[:4]) != best.year:
            best.released = ""
        best.identifiers, best.aliases = unique(best.identifiers), unique(best.aliases)
        best.sources, best.licences = unique(best.sources), unique(best.licences)
        answers.append(best)
    return sorted(answers, key=lambda p: (p.brand.lower(), p.category, p.family.lower(), p.year, natural(p.name)))


def unique(texts: list[str]) -> list[str]:
    """Answer the texts in order, each once whatever its case."""
    return list({t.casefold(): t for t in reversed(texts)}.values())[::-1]


def natural(text: str) -> list[tuple[int, str]]:
    """Sort key in which 9 comes before 10."""
    return [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", text)]


@dataclass
class PlayList:
    """Google Play's supported devices: codes by (brand, squashed name), and every name a code goes by."""

    codes: dict[tuple[str, str], list[str]]
    owners: dict[str, set[str]]


def bare(brand: str, name: str) -> str:
    """Answer the comparison form of a name without its brand."""
    return squash(name).removeprefix(squash(brand))


def read_play_list(path: Path) -> PlayList:
    """Read the Android model codes, keeping those that look like codes."""
    listed = PlayList(defaultdict(list), defaultdict(set))
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            brand = ANDROID_BRANDS.get(row["brand"], row["brand"])
            code = row["model"].removeprefix("SAMSUNG-")
            name = bare(brand, row["name"])
            listed.owners[code].add(name)
            if re.fullmatch(r"(?=.*\d)[A-Z0-9][A-Za-z0-9_/-]{3,15}", code) and squash(code) != name:
                listed.codes[brand, name].append(code)
    return listed


def distrust_codes(products: list[Product], play: PlayList) -> list[Product]:
    """Drop the Samsung codes of a source which Google Play knows under another name."""
    for product in products:
        if product.brand == "Samsung":
            name = bare(product.brand, product.name)
            same = {name, name.removesuffix("5g"), name + "5g"}
            product.identifiers = [
                code
                for code in product.identifiers
                if product.name not in NOT_THE_MODELS and (code not in play.owners or play.owners[code] & same)
            ]
    return products


def add_android_codes(products: list[Product], play: PlayList) -> None:
    """Add the model codes Google Play lists under the same name, give or take an unambiguous "5G"."""
    taken = {(p.brand, bare(p.brand, p.name)) for p in products}
    for product in products:
        name = bare(product.brand, product.name)
        others = (name.removesuffix("5g"), name + "5g")
        forms = [name, *(other for other in others if (product.brand, other) not in taken)]
        for form in dict.fromkeys(forms):
            product.identifiers += play.codes.get((product.brand, form), [])
        product.identifiers = unique(product.identifiers)[:MANY_CODES]


def drop_contested_codes(products: list[Product]) -> None:
    """A Samsung code stem (SM-M356) names one model: the earliest claimant keeps it."""
    owner: dict[str, str] = {}
    for product in sorted((p for p in products if p.brand == "Samsung"), key=lambda p: (p.year, p.released or "9")):
        kept = []
        for code in product.identifiers:
            stem = code[:7] if re.match(r"SM-[A-Z]\d{3}", code) else code
            if stem[:2] != "SM" or owner.setdefault(stem, product.name) == product.name:
                kept.append(code)
        product.identifiers = kept


def spoken_aliases(products: list[Product]) -> dict[int, list[str]]:
    """Answer each product's aliases by id(); an alias that names a plainer sister model stays with the sister."""
    names = {(p.brand, p.name) for p in products}
    plain_names = {(p.brand, squash(p.name)) for p in products}
    found: dict[int, list[str]] = {}
    users: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for p in products:
        plain = p.name.replace(" 5G", "")
        has_plain_sister = plain != p.name and (p.brand, plain) in names
        spoken = aliases_of(p.brand, p.category, p.name, p.year, keep_5g=has_plain_sister)
        found[id(p)] = [a for a in unique([*p.aliases, *spoken]) if a.lower() != p.name.lower()]
        for alias in found[id(p)]:
            users[p.brand, squash(alias)].append(p)
    for p in products:
        own = squash(p.name)
        found[id(p)] = [
            alias
            for alias in found[id(p)]
            if (squash(alias) == own or (p.brand, squash(alias)) not in plain_names)
            and not any(
                own != squash(sister.name) and own.startswith(squash(sister.name))
                for sister in users[p.brand, squash(alias)]
            )
        ]
    return found


def write(products: list[Product], path: Path) -> None:
    """Write the catalogue; two models of a brand with one slug stop the build."""
    seen: set[tuple[str, str]] = set()
    aliases = spoken_aliases(products)
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines, lineterminator="\n")
        out.writerow(COLUMNS)
        for p in products:
            slug = slugify(p.name)
            if (p.brand, slug) in seen:
                sys.exit(f"two {p.brand} models share the slug {slug}")
            seen.add((p.brand, slug))
            out.writerow((f"{slugify(p.brand)}/{slug}", p.category, p.brand, p.family, p.name, slug, p.year, p.released,
                          "|".join(p.identifiers), "|".join(aliases[id(p)]), p.support_end, "; ".join(p.sources),
                          "; ".join(p.licences), p.confidence))  # fmt: skip


def slugify(text: str) -> str:
    """Answer the url-safe form: 'Galaxy S21+ 5G' becomes galaxy-s21-plus-5g."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("+", "-plus")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/compile_catalogue.py SOURCE_DIR")
    main(Path(sys.argv[1]))
