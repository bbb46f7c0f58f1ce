"""A query compiled once and run many times.

Building SQL costs more than running it where a query is rich and its rows are few. What
changes between two runs is the moment and some numbers; all else stays as first compiled.
"""

import re
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache, partial

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

#: What stands for the moment while compiling, and for the first value: nobody has these.
_MOMENT_PLACEHOLDER, _FIRST_PLACEHOLDER = datetime(1066, 10, 14, tzinfo=UTC), 1_066_101_400


class CompiledQuery:
    """``build(*shape, **values)`` gives a queryset; it is called once for each shape.

    A shape is what makes another query, such as the kind of viewer who asks. ``names`` are
    the values that change from run to run: numbers or short texts, and ``at``, the moment.
    """

    def __init__(self, build, *names, max_shapes=256):
        """Compile nothing yet: models may not be ready. Keep at most ``max_shapes`` shapes."""
        self._build = build
        self._names = {name: _FIRST_PLACEHOLDER + n for n, name in enumerate(names)}
        if "at" in self._names:
            self._names["at"] = _MOMENT_PLACEHOLDER
        self._compiled = lru_cache(max_shapes)(self._compile)

    def rows(self, *shape, **values):
        """The rows of this ``shape`` for these ``values``, as the queryset gives them.

        None for numbers that no column can hold.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiled = self._compiled(connection.vendor, shape)
        beyond = (isinstance(value, int) and abs(value) >= 2**63 for value in values.values())
        if compiled is None or any(beyond):
            return []
        if "at" in self._names:
            values["at"] = connection.ops.adapt_datetimefield_value(timezone.now())
        rows = queryset.all()
        rows.query.get_compiler = partial(compiled, values)
        return list(rows)

    def first(self, *shape, **values):
        """The first of the rows, or None."""
        return next(iter(self.rows(*shape, **values)), None)

    def _compile(self, vendor, shape):
        """The queryset of a shape and what compiles it anew at no cost, None where empty."""
        queryset = self._build(*shape, **self._names)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return queryset, None
        compiler.connection = None  # It was that of the thread that compiled.
        names = [*map(self._name_of_placeholder, params)]
        return queryset, partial(_bound_compiler, compiler, *_inline_texts(sql, params, names))

    def _name_of_placeholder(self, param):
        """The name of the value that ``param`` stands for, or None."""
        adapt = connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value
        for name, placeholder in self._names.items():
            if param in (
                (adapt(_MOMENT_PLACEHOLDER),)
                if name == "at"
                else (placeholder, str(placeholder))
            ):
                return name
        return None


def _inline_texts(sql, params, names):
    """``sql``, ``params`` and ``names`` with the texts that never change written into the SQL.

    PostgreSQL then knows them when it plans for any values: it sees that a partial index
    serves, estimates as well as for one run, and so keeps the plan.
    """
    places, kept = iter(zip(params, names, strict=True)), []

    def write(place):
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


def _bound_compiler(compiler, sql, params, names, values, using, **_options):
    """A compiler as it is after compiling, for one run with ``values`` in their places."""
    params = [values[name] if name else it for name, it in zip(names, params, strict=True)]
    compiler = copy(compiler)
    compiler.connection = connections[using]
    compiler.as_sql = lambda: (sql, params)
    return compiler
