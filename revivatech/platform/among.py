"""Rows whose number is one of many: `rows.filter(among("customer_id", keys))`.

`customer_id__in=keys` sends one parameter for each key, which Django, psycopg and the planner go through one by one; and sent as one
parameter, a list would be compared key by key with every row of a walk. Written into the SQL the planner sees it, and looks it up by a hash.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, F, Func, Q


def among(column: str, keys: Collection[int]) -> Q:
    return Q(_Among(column, tuple(keys))) if keys else Q(pk__in=[])


class _Among(Func):
    output_field = BooleanField()

    def __init__(self, column: str, keys: tuple[int, ...]) -> None:
        super().__init__(F(column))
        self.keys = keys

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:  # type: ignore[override]
        (column,) = self.get_source_expressions()
        sql, params = compiler.compile(column)
        written = ",".join(str(int(key)) for key in self.keys)
        return f"{sql} = ANY ('{{{written}}}'::bigint[])", params
