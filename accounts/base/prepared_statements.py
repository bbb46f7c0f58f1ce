"""How many statements a connection to PostgreSQL keeps prepared."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

#: More than the pages of a site have: with psycopg's default of 100, a worker that serves
#: one page after the other has many planned anew.
MAX_STATEMENTS = 1000


def keep_more_statements(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Have ``connection``, which was just opened, keep ``MAX_STATEMENTS`` prepared."""
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = MAX_STATEMENTS
