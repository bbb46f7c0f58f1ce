"""How a connection to PostgreSQL keeps statements prepared, and their plans."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

#: More than the pages of a site have: with psycopg's default of 100, a worker that serves
#: one page after the other has many planned anew.
MAX_STATEMENTS = 1000


def keep_plans(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Let ``connection``, just opened, keep ``MAX_STATEMENTS``, each planned once.

    PostgreSQL would plan the first five runs of each for their values, which costs a page that
    a worker serves now and then more than all else; what our statements find is bounded
    whatever the values are.
    """
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = MAX_STATEMENTS
        connection.connection.execute("SET plan_cache_mode = force_generic_plan")
