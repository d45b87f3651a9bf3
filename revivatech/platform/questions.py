"""Questions that are asked often are put together once.

    _BY_TOKEN = Question(lambda token: Repair.objects.filter(token=token).select_related("location"))
    repair = _BY_TOKEN.first(token=token)

Django builds the SQL of a query anew each time it is asked, which costs several times what PostgreSQL and the rows do. A
Question builds it with a mark in each place where a value goes, keeps the SQL, and later only puts values in. Rows come back
as the query set would give them. The same SQL text each time is also what lets PostgreSQL keep its plan.

Whatever differs between two askings must be an argument: a moment worked out in the lambda stays what it was at first. A filter
that depends on who asks belongs in the arguments as well (`visible_to` is given the ids of the locations, not the actor).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

_FIRST_DAY = date(1903, 1, 1)


class Question[R]:
    """`build` gets the arguments by name and returns a query set of models or of `values_list`."""

    def __init__(self, build: Callable[..., QuerySet[Any, R]]) -> None:
        self._build = build
        self._kept: dict[Any, _Kept] = {}

    def __call__(self, **values: Any) -> list[R]:
        """All rows. Arguments are text, whole numbers, moments, days, or a tuple of one of these; None and booleans are
        part of the question rather than put into it."""
        shape = tuple((name, _shape(value)) for name, value in values.items())
        kept = self._kept.get(shape)
        if kept is None:
            kept = self._kept[shape] = _Kept.of(self._build, values)
        return list(kept.rows(values)) if kept.sql else []

    def first(self, **values: Any) -> R | None:
        """The first row of all; for questions that find at most one, or few."""
        found = self(**values)
        return found[0] if found else None


class _Compiled(SQLCompiler):
    """A compiler that has done its work already; `asked` is the SQL with the values of this time."""

    asked: tuple[str, tuple[Any, ...]]
    converters: dict[int, Any]

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        return self.asked

    def get_converters(self, expressions: Any) -> Any:
        return self.converters


class _Kept:
    """One question in one shape. Looks enough like a query set for the iterables that turn rows into what was asked for."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, rows: QuerySet[Any, Any], places: list[tuple[str, int | None] | None]) -> None:
        query = rows.query
        self.query = self  # what the iterables ask for a compiler
        self.model, self._fetch_mode, self._fields = rows.model, rows._fetch_mode, rows._fields  # type: ignore[attr-defined]
        self._iterable_class = rows._iterable_class
        self.extra_select: Any = query.extra_select
        self.annotation_select: Any = query.annotation_select
        self.selected: Any = getattr(query, "selected", None)
        self.places = places
        self.locks = query.select_for_update
        connection = connections[self.db]
        compiler = _Compiled(query, connection, self.db)
        self._compiler = compiler
        try:
            self.sql, self.constants = SQLCompiler.as_sql(compiler)
        except EmptyResultSet:  # such as one of no ids at all: there is nothing to ask
            self.sql, self.constants = "", ()
            return
        fields = [chosen[0] for chosen in compiler.select[: compiler.col_count]]
        compiler.converters = SQLCompiler.get_converters(compiler, fields)

    @classmethod
    def of(cls, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> _Kept:
        marks: dict[Any, tuple[str, int | None]] = {}
        marked = {name: _marked(name, value, marks) for name, value in values.items()}
        kept = cls(build(**marked), [])
        kept.places = [marks.get(value) for value in kept.constants]
        if kept.sql and (missing := set(marks.values()) - set(kept.places)):
            raise ValueError(f"the SQL has no place for {missing}: an argument must reach the database as it is")
        return kept

    def rows(self, values: dict[str, Any]) -> Any:
        if self.locks and connections[self.db].get_autocommit():  # Django looks when it compiles, which is once here
            raise TransactionManagementError("a question that locks rows needs a transaction")
        asked = tuple(
            constant if place is None else values[place[0]] if place[1] is None else values[place[0]][place[1]]
            for constant, place in zip(self.constants, self.places, strict=True)
        )
        self_now = copy.copy(self)  # two threads ask at once
        self_now.query = self_now
        self_now._compiler = copy.copy(self._compiler)
        self_now._compiler.connection = connections[self.db]
        self_now._compiler.asked = (self.sql, asked)
        return self._iterable_class(self_now, chunked_fetch=False, chunk_size=100)  # type: ignore[arg-type]

    def get_compiler(self, using: str) -> SQLCompiler:
        return self._compiler


def _shape(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return (type(value), len(value)) if isinstance(value, tuple) else type(value)


def _marked(name: str, value: Any, marks: dict[Any, tuple[str, int | None]]) -> Any:
    """A value of the same kind that stands nowhere else, in place of `value`."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return tuple(_mark(one, (name, place), marks) for place, one in enumerate(value))
    return _mark(value, (name, None), marks)


def _mark(value: Any, place: tuple[str, int | None], marks: dict[Any, tuple[str, int | None]]) -> Any:
    number = len(marks)
    mark: Any
    match value:
        case datetime():
            mark = datetime(1903, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        case date():
            mark = _FIRST_DAY + timedelta(days=number)
        case int():
            mark = 30_000 - number  # fits the smallest of PostgreSQL's whole numbers
        case str():
            mark = f"\u2060{number}"
        case _:
            raise TypeError(
                f"{place[0]} is a {type(value).__name__}; a question takes text, whole numbers, moments and days"
            )
    marks[mark] = place
    return mark


def remember(owner: Model, name: str, rows: Sequence[Model]) -> None:
    """Let `owner.<name>.all()` answer `rows`, as after `prefetch_related(name)`."""
    known: Any = getattr(owner, name).all()
    known._result_cache, known._prefetch_done = list(rows), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known
