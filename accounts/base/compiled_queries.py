"""Queries compiled to SQL once and run many times.

Compiling a rich query costs more than running it where it finds few rows. Between two runs
only some values change, such as an id or the current time; the SQL stays the same.
"""

import re
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.utils import timezone

#: Values used while compiling, to find the parameters again in the SQL: no row has them.
_MOMENT_PLACEHOLDER, _FIRST_PLACEHOLDER = datetime(1066, 10, 14, tzinfo=UTC), 1_066_101_400


class CompiledQuery[Row]:
    """A query that ``build(*shape, **values)`` makes, compiled once for each shape.

    A shape is whatever makes another query of it, such as the rights of the viewer.
    ``names`` are the values that change from run to run: numbers, short texts, and ``at``,
    which is always the current time. At most ``max_shapes`` compiled queries are kept.
    Nothing is compiled before the first run, so instances may be made at import.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any]], *names: str, max_shapes: int = 256
    ) -> None:
        self._build = build
        self._names: dict[str, Any] = {
            name: _FIRST_PLACEHOLDER + n for n, name in enumerate(names)
        }
        if "at" in self._names:
            self._names["at"] = _MOMENT_PLACEHOLDER
        self._compiled = lru_cache(max_shapes)(self._compile)

    def rows(self, *shape: Any, **values: Any) -> list[Row]:
        """The rows of this ``shape`` for these ``values``, as the queryset gives them.

        No rows where a value is a number too large for any column.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiled = self._compiled(connection.vendor, shape)
        beyond = (isinstance(value, int) and abs(value) >= 2**63 for value in values.values())
        if compiled is None or any(beyond):
            return []
        if "at" in self._names:
            values["at"] = connection.ops.adapt_datetimefield_value(timezone.now())
        rows: Any = queryset.all()
        rows.query.get_compiler = partial(compiled, values)
        return list(rows)

    def first(self, *shape: Any, **values: Any) -> Row | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(*shape, **values)), None)

    def _compile(
        self, vendor: str, shape: tuple[Any, ...]
    ) -> tuple[QuerySet[Any], Callable[..., Any] | None]:
        """The queryset of a shape, and what makes its compiler for one run.

        The latter is None where Django knows that the query finds nothing.
        """
        queryset = self._build(*shape, **self._names)
        compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return queryset, None
        compiler.connection = None  # Connections belong to one thread; each run sets its own.
        names = [self._name_of_placeholder(param) for param in params]
        return queryset, partial(_bound_compiler, compiler, *_inline_texts(sql, params, names))

    def _name_of_placeholder(self, param: Any) -> str | None:
        """The name of the value that ``param`` is the placeholder of, or None."""
        adapt = connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value
        for name, placeholder in self._names.items():
            if param in (
                (adapt(_MOMENT_PLACEHOLDER),)
                if name == "at"
                else (placeholder, str(placeholder))
            ):
                return name
        return None


def _inline_texts(
    sql: str, params: tuple[Any, ...], names: list[str | None]
) -> tuple[str, list[Any], list[str | None]]:
    """``sql``, ``params`` and ``names`` with the texts that never change written into the SQL.

    PostgreSQL then knows them when it plans for any values: it sees that a partial index
    serves, estimates as well as for one run, and so keeps the plan.
    """
    places = iter(zip(params, names, strict=True))
    kept: list[tuple[Any, str | None]] = []

    def write(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        param, name = next(places)
        if name is None and isinstance(param, str) and _PLAIN_TEXT.fullmatch(param):
            return f"'{param}'"
        kept.append((param, name))
        return "%s"

    sql = re.sub("%[%s]", write, sql)
    return sql, [param for param, _name in kept], [name for _param, name in kept]


#: A text that means the same between quotation marks, on every database.
_PLAIN_TEXT = re.compile(r"[-\w |,.:]*", re.ASCII)


def _bound_compiler(
    compiler: Any,
    sql: str,
    params: list[Any],
    names: list[str | None],
    values: dict[str, Any],
    using: str,
    **_options: Any,
) -> Any:
    """A copy of ``compiler`` for one run, whose SQL is there and takes ``values``."""
    bound = [values[name] if name else it for name, it in zip(names, params, strict=True)]
    compiler = copy(compiler)
    compiler.connection = connections[using]
    compiler.as_sql = lambda: (sql, bound)
    return compiler
