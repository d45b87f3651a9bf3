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

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from .asking import ask

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
        return kept.rows(values) if kept.sql else []

    def first(self, **values: Any) -> R | None:
        """The first row of all; for questions that find at most one, or few."""
        found = self(**values)
        return found[0] if found else None


class _Kept:
    """One question in one shape: its SQL, which value goes where in it, and how a row of its answer becomes what was asked for."""

    def __init__(self, rows: QuerySet[Any, Any], marks: dict[Any, tuple[str, int | None]]) -> None:
        query = rows.query
        self.locks = query.select_for_update
        compiler = SQLCompiler(query, connections[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)
        try:
            self.sql, self.constants = SQLCompiler.as_sql(compiler)
        except EmptyResultSet:  # such as one of no ids at all: there is nothing to ask
            self.sql, self.constants = "", ()
            return
        self.places = [marks.get(value) for value in self.constants]
        if missing := set(marks.values()) - set(self.places):
            raise ValueError(f"the SQL has no place for {missing}: an argument must reach the database as it is")
        fields = [chosen[0] for chosen in compiler.select[: compiler.col_count]]
        self._compiler = compiler
        self._converters = SQLCompiler.get_converters(compiler, fields)
        self._made = _maker(rows, compiler)

    @classmethod
    def of(cls, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> _Kept:
        marks: dict[Any, tuple[str, int | None]] = {}
        return cls(build(**{name: _marked(name, value, marks) for name, value in values.items()}), marks)

    def rows(self, values: dict[str, Any]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        if self.locks and connection.get_autocommit():  # Django looks when it compiles, which is once here
            raise TransactionManagementError("a question that locks rows needs a transaction")
        asked = tuple(
            constant if place is None else values[place[0]] if place[1] is None else values[place[0]][place[1]]
            for constant, place in zip(self.constants, self.places, strict=True)
        )
        found: Any = ask(self.sql, asked)
        if self._converters:
            found = map(tuple, self._compiler.apply_converters(found, self._converters))
        return [self._made(row) for row in found] if self._made else list(found)


def _maker(rows: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[tuple[Any, ...]], Any] | None:
    """What turns a row into what the query set gives; None when that is the row itself."""
    if rows._iterable_class is ValuesListIterable:
        return None
    if rows._iterable_class is FlatValuesListIterable:
        return itemgetter(0)
    mode = rows._fetch_mode  # type: ignore[attr-defined]
    if rows._iterable_class is not ModelIterable or mode.track_peers:
        raise TypeError("a question gives models, which do not track their peers, or values_list()")
    made = _model_maker(compiler.klass_info, compiler.select, mode)
    more = compiler.annotation_col_map
    if not more:
        return made

    def annotated(row: tuple[Any, ...]) -> Any:
        one = made(row)
        for name, place in more.items():
            setattr(one, name, row[place])
        return one

    return annotated


def _model_maker(info: Any, select: Any, mode: Any) -> Callable[[tuple[Any, ...]], Any]:
    """The model of a row and of its `select_related()`.

    `Model.from_db` looks at every field of every row anew, and at who listens for new models; here that is looked at once, and a row's
    values are put where it would put them. A model that does anything of its own at that moment is left to it.
    """
    model, places = info["model"], info["select_fields"]
    begin, end = places[0], places[-1] + 1
    names = [chosen[0].target.attname for chosen in select[begin:end]]
    key = begin + names.index(model._meta.pk.attname)
    related = [
        (_model_maker(other, select, mode), other["local_setter"], other["remote_setter"])
        for other in info.get("related_klass_infos", ())
    ]
    plain = (
        model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        and model.__init__ is Model.__init__
        and not any(signal.has_listeners(model) for signal in (pre_init, post_init))
    )

    def make(row: tuple[Any, ...]) -> Any:
        if row[key] is None:  # of an outer join
            return None
        if plain:
            one = model.__new__(model)
            one._state = state = ModelState()
            state.adding, state.db, state.fetch_mode = False, DEFAULT_DB_ALIAS, mode
            one.__dict__.update(zip(names, row[begin:end], strict=True))
        else:
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end], fetch_mode=mode)
        for made, to_other, to_one in related:
            other = made(row)
            to_other(one, other)
            if other is not None:
                to_one(other, one)
        return one

    return make


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
