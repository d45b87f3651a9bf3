"""Rows that are written often: their INSERT is put together once, as questions are (questions.py).

    booking = insert(Booking(customer=customer, location=place, …))

What `save(force_insert=True)` does, and its errors; of 0.4 ms a row it saves three quarters. A model that does anything of its own
when it is saved, or somebody who listens to it, gets `save()` itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction
from django.db.models import AutoField, BooleanField, CharField, Model, TextField
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLInsertCompiler

from .asking import ask, tell

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
            tell(f"WITH written AS (SELECT %s::bigint AS id) {then}", [row.pk, *given])
        return row
    kept.take_in(row, _written(kept.statement(row, then=then), [*values, *given])[0])
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
    found = _written(kept.statement(row, unless_taken=True), values)
    for one in found:
        kept.take_in(row, one)
    return bool(found)


def _kept_for(row: Model) -> _Insert:
    model = type(row)
    kept = _kept.get(model)
    if kept is None:
        kept = _kept[model] = _Insert(model)
    return kept


def _written(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS):
        return ask(sql, values)


class _Insert:
    def __init__(self, model: type[Model]) -> None:
        meta = model._meta
        self.model = model
        self.statements: dict[tuple[str, bool], str] = {}
        self.fields = [one for one in meta.local_concrete_fields if not (one.primary_key or one.generated)]
        self.untouched = [_untouched(field) for field in self.fields]
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
        return [
            value if type(value) is plain else field.get_db_prep_save(value, connection)
            for field, plain, value in zip(self.fields, self.untouched, found, strict=True)
        ]

    def take_in(self, row: Model, found: Any) -> None:
        for field, value in zip(self.returned, found, strict=True):
            setattr(row, field.attname, value)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def statement(self, row: Model, *, then: str = "", unless_taken: bool = False) -> str:
        kept = self.statements.get((then, unless_taken))
        if kept is None:
            kept = self.compile(row)
            if unless_taken:
                head, returning, columns = kept.rpartition(" RETURNING ")
                kept = f"{head} ON CONFLICT DO NOTHING{returning}{columns}"
            if then:
                kept = f"WITH written AS ({kept}), also AS ({then}) SELECT * FROM written"  # noqa: S608 - no value in it
            self.statements[then, unless_taken] = kept
        return kept

    def compile(self, row: Model) -> str:
        query = InsertQuery(self.model)
        query.insert_values(self.fields, [row])
        compiler = SQLInsertCompiler(query, connections[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)
        compiler.returning_fields = self.returned
        ((sql, params),) = compiler.as_sql()
        back = compiler.get_converters([one.get_col(self.model._meta.db_table) for one in self.returned])
        if len(params) != len(self.fields) or back:
            raise TypeError(f"{self.model._meta.label}: not every value goes into the INSERT, or comes back, as it is")
        return sql


def _untouched(field: Any) -> type | None:
    """The type of value that this field gives to the database as it is; most columns are text, and four calls each."""
    steps = ("get_db_prep_save", "get_db_prep_value", "get_prep_value", "to_python")
    for like, plain in ((CharField, str), (TextField, str), (BooleanField, bool)):
        if isinstance(field, like) and all(getattr(type(field), step) is getattr(like, step) for step in steps):
            return plain
    return None
