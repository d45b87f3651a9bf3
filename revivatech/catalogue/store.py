"""Many models into the database at once: brands, families, identifiers and search terms. For the loader and the importer.

Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.text import slugify

from .models import Brand, DeviceIdentifier, DeviceModel, Family, SearchTerm
from .rows import DeviceRow
from .words import compact, terms_of


class Makers:
    """Brands and families by name, made when they are missing. Two queries to know them all."""

    def __init__(self) -> None:
        self._brands = {brand.slug: brand for brand in Brand.objects.all()}
        self._families = {(row.brand_id, row.category, row.slug): row for row in Family.objects.all()}

    def add_missing(self, rows: Sequence[DeviceRow]) -> None:
        wanted = {slug_of(row.brand): row.brand for row in rows}
        fresh = [Brand(name=name, slug=slug) for slug, name in wanted.items() if slug not in self._brands]
        self._brands |= {brand.slug: brand for brand in Brand.objects.bulk_create(fresh)}
        lines = {(self.brand(row).pk, row.category, slug_of(row.family)): row.family for row in rows}
        missing = [
            Family(brand_id=brand, category=category, slug=slug, name=name)
            for (brand, category, slug), name in lines.items()
            if (brand, category, slug) not in self._families
        ]
        made = Family.objects.bulk_create(missing)
        self._families |= {(row.brand_id, row.category, row.slug): row for row in made}

    def brand(self, row: DeviceRow) -> Brand:
        return self._brands[slug_of(row.brand)]

    def family(self, row: DeviceRow) -> Family:
        return self._families[self.brand(row).pk, row.category, slug_of(row.family)]

    def values(self, row: DeviceRow) -> dict[str, Any]:
        """The columns of a model as the row says them, except for `key`, `hidden` and its identifiers."""
        return {
            "brand_id": self.brand(row).pk,
            "family_id": self.family(row).pk,
            "category": row.category,
            "name": row.name,
            "slug": row.slug,
            "year": row.year,
            "released": row.released,
            "support_end": row.support_end,
            "aliases": list(row.aliases),
            "source": row.source,
            "licence": row.licence,
            "confidence": row.confidence,
        }


def slug_of(name: str) -> str:
    return slugify(name) or "other"


def identifiers_by_model(pks: Sequence[int] | None = None) -> dict[int, list[str]]:
    """Identifiers of the given models, or of all, in the order they were entered."""
    rows = DeviceIdentifier.objects.order_by("pk").values_list("model_id", "value")
    found: dict[int, list[str]] = {}
    for model_id, value in rows if pks is None else rows.filter(model_id__in=pks):
        found.setdefault(model_id, []).append(value)
    return found


def replace_identifiers(wanted: Mapping[int, Sequence[str]]) -> None:
    """Give each model exactly these identifiers."""
    DeviceIdentifier.objects.filter(model_id__in=wanted.keys()).delete()
    _copy(
        DeviceIdentifier,
        ("model_id", "value", "compact"),
        ((pk, value, compact(value)[:40]) for pk, values in wanted.items() for value in values),
    )


def rebuild_terms(pks: Sequence[int] | None = None) -> None:
    """Make the search terms of the given models, or of all, anew from what is stored."""
    models = DeviceModel.objects.filter(hidden=False, merged_into__isnull=True).select_related("brand")
    terms = SearchTerm.objects.all()
    if pks is not None:
        models, terms = models.filter(pk__in=pks), terms.filter(model_id__in=pks)
    terms.delete()
    identifiers = identifiers_by_model(pks)
    _copy(
        SearchTerm,
        ("model_id", "category", "year", "kind", "words", "compact"),
        (
            (model.pk, model.category, model.year or 0, *term)
            for model in models
            for term in terms_of(model.brand.name, model.name, model.aliases, identifiers.get(model.pk, ()))
        ),
    )


def analyze() -> None:
    """Tell the planner how many rows there are now; until autovacuum has been by it would read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalogue_searchterm, catalogue_devicemodel, catalogue_deviceidentifier")


def _copy(table: type[DeviceIdentifier | SearchTerm], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """PostgreSQL's COPY: ten times faster than INSERT for the tens of thousands of terms."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(table._meta.db_table)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
