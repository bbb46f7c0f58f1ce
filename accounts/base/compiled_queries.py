"""Queries compiled to SQL once and run many times; rows inserted and updated likewise.

Compiling a rich query costs more than running it where it finds few rows. Between two runs
only some values change, such as an id or the current time; the SQL stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.utils import timezone

from accounts.base.sql_parameters import inline_texts, require_no_fixed_moment

#: Values used while compiling, to find the parameters again in the SQL: no row has them.
_FIRST_PLACEHOLDER = 1_066_101_400
_MOMENT_PLACEHOLDERS = {
    "at": datetime(1066, 10, 14, tzinfo=UTC),
    "today": date(1066, 10, 14),
    "moment": datetime(1066, 10, 15, tzinfo=UTC),
}


class _Compiled(NamedTuple):
    """The ``compiler`` of ``queryset``, and the SQL that it gives with its parameters.

    ``names``: of each parameter the name of the value that takes its place, None for none.
    ``converters``: those of its columns; None where a connection has its own for some.
    ``is_composite``: whether some of its fields are several columns.
    ``is_plain``: whether its rows are the tuples that the database gives.
    ``maker``: how they become instances, where they do (``_maker``).
    """

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: list[Any]
    names: list[str | None]
    converters: dict[int, Any] | None
    is_composite: bool
    is_plain: bool
    maker: tuple[slice, list[str], list[Any]] | None


def id_names(size: int) -> tuple[str, ...]:
    """The names of ``size`` ids, for a query that filters by any of its values."""
    return tuple(f"pk_{n}" for n in range(size))


def id_values(pks: Sequence[int], size: int) -> dict[str, int]:
    """The values of these names for ``pks``, at least one: fewer leave some places the same."""
    rest = [pks[0]] * (size - len(pks))
    return dict(zip(id_names(size), [*pks, *rest], strict=True))


class CompiledQuery[Row]:
    """A query that ``build(*shape, **values)`` makes, compiled once for each shape.

    A shape is whatever makes another query of it, such as the rights of the viewer.
    ``names`` are the values that change from run to run: numbers, short texts, a
    ``moment``, and ``at`` and ``today``, which are always the current time and day. At most
    ``max_shapes`` compiled queries are kept, and none is compiled before it is first run.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any]], *names: str, max_shapes: int = 256
    ) -> None:
        self._build = build
        self._names: dict[str, Any] = {
            name: _MOMENT_PLACEHOLDERS.get(name, _FIRST_PLACEHOLDER + n)
            for n, name in enumerate(names)
        }
        self._compiled = lru_cache(max_shapes)(self._compile)

    def rows(self, *shape: Any, **values: Any) -> list[Row]:
        """The rows of this ``shape`` for these ``values``, as the queryset gives them.

        No rows where a value is a number too large for any column.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled(connection.vendor, shape)
        beyond = (isinstance(value, int) and abs(value) >= 2**63 for value in values.values())
        if compiled is None or any(beyond):
            return []
        if "at" in self._names:
            values["at"] = connection.ops.adapt_datetimefield_value(timezone.now())
        if "moment" in self._names:
            values["moment"] = connection.ops.adapt_datetimefield_value(values["moment"])
        if "today" in self._names:
            values["today"] = connection.ops.adapt_datefield_value(timezone.localdate())
        places = zip(compiled.names, compiled.params, strict=True)
        bound = [values[name] if name else param for name, param in places]
        if compiled.is_plain:
            with connection.cursor() as cursor:
                cursor.execute(compiled.sql, bound)
                return list[Any](cursor.fetchall())
        compiler = copy(compiled.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (compiled.sql, bound)
        if (converters := compiled.converters) is None:
            kept = vars(connection).setdefault("compiled_converters", WeakKeyDictionary())
            if (converters := kept.get(compiled.compiler)) is None:
                columns = [column for column, *_ in compiler.select[: compiler.col_count]]
                converters = kept[compiled.compiler] = compiler.get_converters(columns)
        compiler.get_converters = lambda _columns: converters
        compiler.has_composite_fields = lambda _columns: compiled.is_composite
        rows: Any = compiled.queryset.all()
        rows.query.get_compiler = lambda *_args, **_options: compiler
        if compiled.maker:
            own, fields, related = compiled.maker
            rows._result_cache = []
            for row in compiler.results_iter(compiler.execute_sql()):
                one = rows.model.from_db(DEFAULT_DB_ALIAS, fields, row[own])
                for populator in related:
                    populator.populate(row, one)
                for name, column in compiler.annotation_col_map.items():
                    setattr(one, name, row[column])
                rows._result_cache.append(one)
        return list(rows)

    def first(self, *shape: Any, **values: Any) -> Row | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(*shape, **values)), None)

    def _compile(self, vendor: str, shape: tuple[Any, ...]) -> _Compiled | None:
        """The query of a shape; None where Django knows that it finds nothing."""
        queryset = self._build(*shape, **self._names)
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        names = [self._name_of_placeholder(param) for param in params]
        require_no_fixed_moment(zip(params, names, strict=True), queryset)
        converters = _shared_converters(compiler)
        kind = queryset._iterable_class, converters, compiler.has_extra_select
        is_plain = kind == (ValuesListIterable, {}, False)
        columns = (column for column, *_ in compiler.select[: compiler.col_count])
        is_composite = compiler.has_composite_fields(columns)
        maker = _maker(compiler, queryset) if kind[0] is ModelIterable else None
        compiler.connection = None  # Connections belong to one thread; each run sets its own.
        query: Any = queryset.query
        query.chain = lambda *_args, **_options: copy(query)  # Nothing in it changes any more.
        texts = inline_texts(sql, params, names)
        return _Compiled(queryset, compiler, *texts, converters, is_composite, is_plain, maker)

    def _name_of_placeholder(self, param: Any) -> str | None:
        """The name of the value that ``param`` is the placeholder of, or None."""
        ops = connections[DEFAULT_DB_ALIAS].ops
        moment = ops.adapt_datetimefield_value
        moments = {"at": moment, "today": ops.adapt_datefield_value, "moment": moment}
        for name, placeholder in self._names.items():
            adapt = moments.get(name, str)
            if param in (placeholder, adapt(placeholder)):
                return name
        return None


def _shared_converters(compiler: Any) -> dict[int, Any] | None:
    """The converters of the columns of ``compiler``; None where some are its connection's."""
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    if any(compiler.connection.ops.get_db_converters(column) for column in columns):
        return None
    converters: dict[int, Any] = compiler.get_converters(columns)
    return converters


def _maker(compiler: Any, queryset: Any) -> tuple[slice, list[str], list[Any]]:
    """The columns of the model itself, its fields in them, and what adds related instances."""
    shown = compiler.klass_info["select_fields"]
    columns = slice(shown[0], shown[-1] + 1)
    names = [column.target.attname for column, *_ in compiler.select[columns]]
    about = compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS, queryset._fetch_mode
    return columns, names, get_related_populators(*about)


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
    values = [one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields]
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
    values = [one.get_db_prep_save(one.pre_save(row, False), connection) for one in fields]
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
