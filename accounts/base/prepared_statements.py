"""How a connection to PostgreSQL keeps statements prepared, and their plans."""

from functools import cache, lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

#: More than the pages of a site have: with psycopg's default of 100, a worker that serves
#: one page after the other has many planned anew.
MAX_STATEMENTS = 1000
#: Characters of the longest statement that is kept as it was read: those of pages are shorter,
#: that of all notifications, of 223,000 for a member, too.
_MAX_LENGTH = 400_000


def keep_plans(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Let ``connection``, just opened, keep ``MAX_STATEMENTS``, each read and planned once.

    PostgreSQL would plan the first five runs of each for their values, which costs a page that
    a worker serves now and then more than all else; what our statements find is bounded
    whatever the values are.
    """
    if connection.vendor == "postgresql":
        opened = connection.connection
        opened.prepared_max = MAX_STATEMENTS
        opened.cursor_factory = _cursor_class(opened.cursor_factory)
        opened.execute("SET plan_cache_mode = force_generic_plan")


@lru_cache(MAX_STATEMENTS)
def read_statement(sql: str, encoding: str) -> tuple[Any, ...]:
    """``sql`` as PostgreSQL takes it, and what psycopg notes of its parameters."""
    from psycopg._queries import _query2pg_nocache

    query, formats, order, parts = _query2pg_nocache(sql.encode(encoding), encoding)
    # Of the parts only their number is asked for: their texts are in ``query``.
    return query, formats, order, [part._replace(pre=b"") for part in parts]


@cache
def _cursor_class(base: Any) -> Any:
    """``base``, a class of cursors, but that it keeps how statements were read.

    psycopg looks at each run for the parameters of a statement that is longer than 4,096
    characters, and keeps no more than 128 others.
    """
    from psycopg._queries import PostgresQuery

    class ReadQuery(PostgresQuery):
        """A statement and its parameters, as they are sent."""

        __slots__ = ()

        def convert(self, query: Any, vars: Any) -> None:
            """Read the statement, or take what was read before."""
            if type(query) is not str or vars is None or len(query) > _MAX_LENGTH:
                super().convert(query, vars)
                return
            read = read_statement(query, self._tx.encoding)
            self.query, self._want_formats, self._order, self._parts = read
            self.dump(vars)

    if base._query_cls is not PostgresQuery:
        return base
    return type(base.__name__, (base,), {"_query_cls": ReadQuery})
