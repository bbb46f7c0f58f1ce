"""A query compiled once and run many times.

Building SQL costs more than running it where a query is rich and its rows are few. What
changes between two runs is the moment and one key; all else stays as first compiled.
"""

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

#: What stands for the moment and for the key while compiling: values nobody has.
MOMENT, KEY = datetime(1066, 10, 14, tzinfo=UTC), -10_66


class Prepared:
    """``build(key, at)`` gives the queryset; it is called once for each database."""

    def __init__(self, build):
        """Compile nothing yet: models may not be ready."""
        self._build, self._compiled = build, {}

    def first(self, key):
        """The first row for ``key`` at this moment, or None."""
        connection = connections[DEFAULT_DB_ALIAS]
        model, sql, params = self._query(connection.vendor)
        adapt = connection.ops.adapt_datetimefield_value
        values = {adapt(MOMENT): adapt(timezone.now()), KEY: key}
        rows = model.objects.raw(sql, [values.get(p, p) for p in params])
        return next(iter(rows), None)

    def _query(self, vendor):
        if vendor not in self._compiled:
            queryset = self._build(KEY, MOMENT)
            self._compiled[vendor] = (queryset.model, *queryset.query.sql_with_params())
        return self._compiled[vendor]
