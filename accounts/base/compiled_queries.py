"""Queries compiled to SQL once and run many times; rows inserted and updated likewise.

Compiling a rich query costs more than running it where it finds few rows. Between two runs
only some values change, such as an id or the current time; the SQL stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from inspect import signature
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model, QuerySet, Value, prefetch_related_objects
from django.db.models.expressions import BaseExpression, Col
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    NamedValuesListIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.where import WhereNode
from django.db.models.utils import create_namedtuple_class
from django.utils import timezone

from accounts.base.sql_parameters import inline_constants, require_no_fixed_moment

#: Values used while compiling, to find the parameters again in the SQL: no row has them.
_FIRST_PLACEHOLDER = 1_066_101_400
_MOMENT_PLACEHOLDERS = {
    "at": datetime(1066, 10, 14, tzinfo=UTC),
    "today": date(1066, 10, 14),
    "moment": datetime(1066, 10, 15, tzinfo=UTC),
    "since_day": datetime(1066, 10, 16, tzinfo=UTC),
    "before_day": datetime(1066, 10, 17, tzinfo=UTC),
}
#: Likewise, of ids in the rights of viewers, and the names of their values.
ID_PLACEHOLDERS = range(1_066_102_000, 1_066_102_100)
ID_NAMES = dict(zip(ID_PLACEHOLDERS, (f"id_{n}" for n in range(100)), strict=True))
#: Those that are given.
_GIVEN_MOMENTS = frozenset(("moment", "since_day", "before_day"))


@dataclass(frozen=True, eq=False)
class RowReader:
    """Reads the rows of a query, of which ``columns`` are the expressions.

    Django keeps all of a query for that, some 100 kB; a process keeps thousands of compiled
    queries, one for each kind of rights, whose rows are read alike by one of these.

    ``has_more``: whether the database gives more columns, by which it sorts. ``make`` makes
    what the queryset gives of a row; ``prefetched`` are the lookups that it prefetches.
    ``gives_instances``: whether it gives instances of a model.
    """

    columns: tuple[Any, ...]
    has_more: bool
    make: Callable[[Any], Any]
    prefetched: tuple[Any, ...]
    gives_instances: bool

    def read(self, rows: Iterable[Any], connection: Any) -> list[Any]:
        """What the queryset gives of ``rows``, which ``connection`` gave as they are."""
        read, make, converters = [], self.make, self._converters_on(connection)
        if self.has_more:
            rows = (row[: len(self.columns)] for row in rows)
        if make is tuple and not converters:
            return list(rows)
        for row in rows:
            if converters:
                row = list(row)
                for place, convert, column in converters:
                    for converter in convert:
                        row[place] = converter(row[place], column, connection)
            read.append(make(row))
        if self.prefetched and read:
            prefetch_related_objects(read, *self.prefetched)
        return read

    def _converters_on(self, connection: Any) -> list[tuple[int, list[Any], Any]]:
        """``(place, converters, column)`` of the columns whose values are converted."""
        by_reader: WeakKeyDictionary[RowReader, list[tuple[int, list[Any], Any]]]
        by_reader = vars(connection).setdefault("row_converters", WeakKeyDictionary())
        if (converters := by_reader.get(self)) is None:
            converters = []
            for place, column in enumerate(self.columns):
                convert = connection.ops.get_db_converters(column)
                if convert := convert + column.get_db_converters(connection):
                    converters.append((place, convert, column))
            by_reader[self] = converters
        return converters


def reader_key(queryset: Any, compiler: Any) -> tuple[Any, ...] | None:
    """What two querysets have alike whose rows are read by one reader.

    None where that is not known, as they prefetch what other querysets find.
    """
    lookups = queryset._prefetch_related_lookups
    if not all(isinstance(it, str) for it in lookups):
        return None
    columns = compiler.has_extra_select, *map(_column_key, _columns(compiler))
    annotations = tuple((compiler.annotation_col_map or {}).items())
    structure = compiler.klass_info and _structure(compiler.klass_info)
    return queryset._iterable_class, columns, annotations, structure, queryset._fields, lookups


def create_reader(queryset: Any, compiler: Any) -> RowReader:
    """The reader of the rows of ``queryset``, which ``compiler`` has compiled."""
    kind = queryset._iterable_class
    makers = {
        ModelIterable: _instance_maker,
        ValuesIterable: _dictionary_maker,
        ValuesListIterable: lambda _queryset, _compiler: tuple,
        NamedValuesListIterable: _named_tuple_maker,
        FlatValuesListIterable: lambda _queryset, _compiler: _first_of,
    }
    columns = tuple(map(_light, _columns(compiler)))
    make = makers[kind](queryset, compiler)
    has_more, lookups = bool(compiler.has_extra_select), queryset._prefetch_related_lookups
    return RowReader(columns, has_more, make, lookups, kind is ModelIterable)


def _columns(compiler: Any) -> list[Any]:
    return [column for column, *_ in compiler.select[: compiler.col_count]]


def _first_of(row: Any) -> Any:
    return row[0]


def _instance_maker(queryset: Any, compiler: Any) -> Callable[[Any], Any]:
    shown = compiler.klass_info["select_fields"]
    own = slice(shown[0], shown[-1] + 1)
    names = [column.target.attname for column, *_ in compiler.select[own]]
    about = compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS, queryset._fetch_mode
    related, annotations = (
        get_related_populators(*about),
        [*compiler.annotation_col_map.items()],
    )
    model = queryset.model

    def make(row: Any) -> Any:
        instance = model.from_db(DEFAULT_DB_ALIAS, names, row[own])
        for populator in related:
            populator.populate(row, instance)
        for name, column in annotations:
            setattr(instance, name, row[column])
        return instance

    return make


def _dictionary_maker(queryset: Any, _compiler: Any) -> Callable[[Any], Any]:
    query = queryset.query
    names = list(query.selected or [*query.values_select, *query.annotation_select])
    return lambda row: dict(zip(names, row, strict=True))


def _named_tuple_maker(queryset: Any, _compiler: Any) -> Callable[[Any], Any]:
    query = queryset.query
    names = queryset._fields or [*query.values_select, *query.annotation_select]
    return create_namedtuple_class(*names)._make


def _structure(selection: dict[str, Any]) -> tuple[Any, ...]:
    """Which models are read of which columns, and how they belong together."""
    related = (_structure(it) for it in selection.get("related_klass_infos", ()))
    own = selection["model"], tuple(selection["select_fields"])
    return *own, selection.get("local_setter"), tuple(related)


def _column_key(column: Any) -> tuple[Any, ...]:
    if isinstance(column, Col):
        return column.target, column.output_field
    field = column.output_field
    return type(column), type(field), repr(field.deconstruct()[2:])


def _light(column: Any) -> Any:
    """``column`` for its converters, without the query that it may be."""
    own = type(column)
    is_plain = isinstance(column, WhereNode) or all(
        getattr(own, name) is getattr(BaseExpression, name)
        for name in ("convert_value", "get_db_converters")
    )
    if isinstance(column, Col) or not is_plain:
        return column
    return Value(None, output_field=column.output_field)


class Compiled(NamedTuple):
    """The SQL of a query, its parameters, and what reads its rows.

    ``names``: of each parameter the name of the value that takes its place, None for none.
    """

    sql: str
    params: list[Any]
    names: list[str | None]
    reader: RowReader

    def bound(self, values: dict[str, Any]) -> list[Any]:
        """The parameters of a run with ``values``, adapted (``adapted_values``)."""
        places = zip(self.names, self.params, strict=True)
        return [values[name] if name else param for name, param in places]


def id_names(size: int) -> tuple[str, ...]:
    """The names of ``size`` ids, for a query that filters by any of its values."""
    return tuple(f"pk_{n}" for n in range(size))


def id_values[Key](pks: Sequence[Key], size: int) -> dict[str, Key]:
    """The values of these names for ``pks``, at least one: fewer leave some places the same."""
    rest = [pks[0]] * (size - len(pks))
    return dict(zip(id_names(size), [*pks, *rest], strict=True))


def padded_id_values[Key](pks: Sequence[Key]) -> dict[str, Key]:
    """The same for a power of two of names, or for none: queries of few sizes are compiled."""
    size = len(pks) and 1 << (len(pks) - 1).bit_length()
    return {f"pk_{n}": pks[n % len(pks)] for n in range(size)}


class CompiledQuery[Row]:
    """A query that ``build(*shape, **values)`` makes, compiled once for each shape.

    A shape is whatever makes another query of it, such as the rights of the viewer.
    ``names`` are the values that change from run to run: numbers, short texts, a ``moment``,
    ``since_day`` and ``before_day``, and ``at`` and ``today``, always the current time and day.
    At most ``max_shapes`` compiled queries are kept; none is compiled before its first run.
    ``locks_key``: whether rows are locked against ``FOR UPDATE`` as those are that new rows
    refer to (``FOR KEY SHARE``), where the database has such locks.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Row]],
        *names: str,
        max_shapes: int = 256,
        locks_key: bool = False,
    ) -> None:
        self._build, self._locks_key = build, locks_key
        self._names: dict[str, Any] = {
            name: _MOMENT_PLACEHOLDERS.get(name, _FIRST_PLACEHOLDER + n)
            for n, name in enumerate(names)
        }
        #: Whether a shape is the rights of a viewer.
        self.takes_rights = "rights" in signature(build).parameters
        self.compiled = lru_cache(max_shapes)(self._compile)
        self._readers: dict[tuple[Any, ...], RowReader] = {}

    def rows(self, *shape: Any, **values: Any) -> list[Row]:
        """The rows of this ``shape`` for these ``values``, as the queryset gives them.

        No rows where a value is a number too large for any column.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self.compiled(connection.vendor, shape)
        if compiled is None or is_beyond_columns(values):
            return []
        bound = compiled.bound(adapted_values(self._names, values))
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, bound)
            rows = cursor.fetchall()
        return compiled.reader.read(rows, connection)

    def first(self, *shape: Any, **values: Any) -> Row | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(*shape, **values)), None)

    def _compile(self, vendor: str, shape: tuple[Any, ...]) -> Compiled | None:
        """The query of a shape; None where Django knows that it finds nothing."""
        queryset = self._build(*shape, **self._names)
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        if self._locks_key and vendor == "postgresql":
            sql += " FOR KEY SHARE"
        placeholders = self._placeholder_names()
        names = [placeholders.get(it) if isinstance(it, Hashable) else None for it in params]
        require_no_fixed_moment(zip(params, names, strict=True), queryset)
        return Compiled(
            *inline_constants(vendor, sql, params, names), self._reader(queryset, compiler)
        )

    def _reader(self, queryset: QuerySet[Any], compiler: Any) -> RowReader:
        """The reader of the rows of ``queryset``: shapes share it, as it takes much memory."""
        key = reader_key(queryset, compiler)
        if key is None:
            return create_reader(queryset, compiler)
        if (reader := self._readers.get(key)) is None:
            reader = self._readers[key] = create_reader(queryset, compiler)
        return reader

    def _placeholder_names(self) -> dict[Any, str]:
        """``{placeholder, as a parameter may be: the name of its value}``."""
        ops = connections[DEFAULT_DB_ALIAS].ops
        moment = ops.adapt_datetimefield_value
        moments = dict.fromkeys(("at", *_GIVEN_MOMENTS), moment)
        moments["today"] = ops.adapt_datefield_value
        names = {placeholder: name for name, placeholder in self._names.items()}
        adapted = {
            moments.get(name, str)(placeholder): name
            for name, placeholder in self._names.items()
        }
        return ID_NAMES | names | adapted


def is_beyond_columns(values: dict[str, Any]) -> bool:
    """Whether one of ``values`` is a number too large for any column."""
    return any(isinstance(value, int) and abs(value) >= 2**63 for value in values.values())


def adapted_values(names: Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    """``values`` as the database takes them, and those of ``names`` that are of now."""
    ops, values = connections[DEFAULT_DB_ALIAS].ops, dict(values)
    if "at" in names:
        values["at"] = ops.adapt_datetimefield_value(timezone.now())
    for name in _GIVEN_MOMENTS & values.keys():
        values[name] = ops.adapt_datetimefield_value(values[name])
    if "today" in names:
        values["today"] = ops.adapt_datefield_value(timezone.localdate())
    return values


class Condition(NamedTuple):
    """A condition in SQL, and its parameters."""

    sql: str
    params: tuple[Any, ...]


def insert[Row: Model](row: Row, on_conflict: str = "", where: Condition | None = None) -> Row:
    """Add ``row``, which has no id yet, and give it the one it gets.

    What Django's ``save`` does for a plain row, in a third of its time. It sends no signals
    and knows no parents: our models have neither.

    ``on_conflict`` is SQL, for a row that is there already. Where the condition ``where`` is
    false, nothing is added, and ``row`` gets no id. Raise IntegrityError as ``save``.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    fields, sql = _insert_statement(type(row), on_conflict, where and where.sql)
    values = [it.get_db_prep_save(it.pre_save(row, True), connection) for it in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(where.params if where else ())])
        added = cursor.fetchone()
    if added is None:
        return row
    (row.pk,) = added
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def update(row: Model, field_names: Iterable[str]) -> None:
    """Write the fields ``field_names`` of ``row``, which is there and locked."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields, sql = _update_statement(type(row), tuple(field_names))
    values = [it.get_db_prep_save(it.pre_save(row, False), connection) for it in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])


@cache
def _insert_statement(
    model: type[Model], on_conflict: str, where: str | None
) -> tuple[list[Field[Any, Any]], str]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    table, pk = _quote_name(model._meta.db_table), _quote_name(model._meta.pk.column)
    columns = ", ".join(_quote_name(field.column) for field in fields)
    placeholders = ", ".join(["%s"] * len(fields))
    row = f"SELECT {placeholders} WHERE {where}" if where else f"VALUES ({placeholders})"
    return fields, f"INSERT INTO {table} ({columns}) {row} {on_conflict} RETURNING {pk}"


@cache
def _update_statement(
    model: type[Model], field_names: tuple[str, ...]
) -> tuple[list[Field[Any, Any]], str]:
    fields: list[Any] = [model._meta.get_field(name) for name in field_names]
    columns = ", ".join(f"{_quote_name(field.column)} = %s" for field in fields)
    table, pk = _quote_name(model._meta.db_table), _quote_name(model._meta.pk.column)
    return fields, f"UPDATE {table} SET {columns} WHERE {pk} = %s"


def _quote_name(name: str | None) -> str:
    assert name is not None  # A field that is written has a column.
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
