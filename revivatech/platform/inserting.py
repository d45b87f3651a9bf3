"""Rows that are written often: their INSERT is put together once, as questions are (questions.py).

    booking = insert(Booking(customer=customer, location=place, …))

What `save(force_insert=True)` does, and its errors; of 0.4 ms a row it saves three quarters. A model that does anything of its own
when it is saved, or somebody who listens to it, gets `save()` itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction
from django.db.models import AutoField, Model
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

_kept: dict[type[Model], _Insert] = {}


def insert[M: Model](row: M, *, then: str = "", given: Sequence[Any] = ()) -> M:
    """`row`, which is new, with the key and the columns the database worked out.

    `then` is another INSERT or UPDATE for the same statement, with its values in `given`; it finds the key as `written.id`.
    """
    kept = _kept_for(row)
    values = kept.values(row)
    if values is None:
        row.save(force_insert=True)
        if then:
            _execute(f"WITH written AS (SELECT %s::bigint AS id) {then}", [row.pk, *given])
        return row
    sql = kept.sql or kept.compile(row)
    if then:
        sql = f"WITH written AS ({sql}), also AS ({then}) SELECT * FROM written"  # noqa: S608 - no value in it
    kept.take_in(row, _execute(sql, [*values, *given]))
    return row


def insert_unless_taken(row: Model) -> bool:
    """As `insert`; where another row has what may be there only once, nothing is written and the transaction goes on."""
    kept = _kept_for(row)
    values = kept.values(row)
    if values is None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return False
        return True
    head, returning, columns = (kept.sql or kept.compile(row)).rpartition(" RETURNING ")
    found = _execute(f"{head} ON CONFLICT DO NOTHING{returning}{columns}", values)
    if found is not None:
        kept.take_in(row, found)
    return found is not None


def _kept_for(row: Model) -> _Insert:
    model = type(row)
    kept = _kept.get(model)
    if kept is None:
        kept = _kept[model] = _Insert(model)
    return kept


def _execute(sql: str, values: list[Any]) -> Any:
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() if cursor.description else None


class _Insert:
    def __init__(self, model: type[Model]) -> None:
        meta = model._meta
        self.model, self.sql = model, ""
        self.fields = [one for one in meta.local_concrete_fields if not (one.primary_key or one.generated)]
        self.returned: list[Any] = list(meta.db_returning_fields)
        self.is_plain = (
            not meta.parents
            and isinstance(meta.pk, AutoField)
            and model.save is Model.save
            and model.save_base is Model.save_base
        )

    def values(self, row: Model) -> list[Any] | None:
        """As the database takes them; None where saving has to do with more than values."""
        heard = pre_save.has_listeners(self.model) or post_save.has_listeners(self.model)
        if heard or row.pk is not None or not self.is_plain:
            return None
        row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
        found = [field.pre_save(row, True) for field in self.fields]
        if any(hasattr(value, "resolve_expression") for value in found):
            return None
        connection = connections[DEFAULT_DB_ALIAS]
        return [field.get_db_prep_save(value, connection) for field, value in zip(self.fields, found, strict=True)]

    def take_in(self, row: Model, found: Any) -> None:
        for field, value in zip(self.returned, found, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def compile(self, row: Model) -> str:
        query = InsertQuery(self.model)
        query.insert_values(self.fields, [row])
        compiler = SQLInsertCompiler(query, connections[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)
        compiler.returning_fields = self.returned
        ((sql, params),) = compiler.as_sql()
        back = compiler.get_converters([one.get_col(self.model._meta.db_table) for one in self.returned])
        if len(params) != len(self.fields) or back:
            raise TypeError(f"{self.model._meta.label}: not every value goes into the INSERT, or comes back, as it is")
        self.sql = sql
        return sql
