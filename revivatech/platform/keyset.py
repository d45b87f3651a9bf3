"""Pages by key over several columns: `rows.filter(after(Repair, {"rank": 2, "due": moment, "id": 7})).order_by("rank", "due", "id")`.

PostgreSQL compares rows as rows, `(a, b, c) > (1, 2, 3)`, and finds the place by an index on these columns; the same spelt out
with OR is read from the beginning of the index every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import F, Field, Func, Model, Value
from django.db.models.lookups import GreaterThan


class Row(Func):
    """`(a, b, c)`; two or more parts, none of them NULL."""

    function = "ROW"
    output_field: Field[Any, Any] = Field()


def after(model: type[Model], key: Mapping[str, Any]) -> GreaterThan[Any]:
    """The condition for rows of `model` that come after `key` (field name → value) in ascending order of these fields."""
    values = [
        Value(value, output_field=cast("Field[Any, Any]", model._meta.get_field(name))) for name, value in key.items()
    ]
    return GreaterThan(Row(*(F(name) for name in key)), Row(*values))
