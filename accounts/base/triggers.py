"""Triggers that keep a table in step with others, on PostgreSQL and on SQLite.

What several transactions change together is kept by the database itself: by whichever way
rows are written, and without a statement more. Triggers are installed after each migration.
SQLite rebuilds tables to change them, which drops their triggers and is refused while those of
other tables read them: there all are dropped before a migration.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper


class Trigger(NamedTuple):
    """A trigger: its name, after which ``event`` of a row it runs, where, and what it does.

    ``event`` is such as ``INSERT ON forum_post``; ``condition`` and ``body`` are SQL that
    both databases read, of the rows ``OLD`` and ``NEW``.
    """

    name: str
    event: str
    condition: str
    body: str


def renew_cache_version(table: str) -> str:
    """The body of a trigger that renews the number of a ``CacheVersion`` in ``table``."""
    return (
        f"INSERT INTO {table} (id, token) VALUES (1, RANDOM())"  # noqa: S608
        " ON CONFLICT (id) DO UPDATE SET token = excluded.token;"
    )


def replace_triggers(
    connection: BaseDatabaseWrapper, table: str, triggers: Iterable[Trigger]
) -> None:
    """Create ``triggers``, which write ``table``, or replace them; none before it is there."""
    if table not in connection.introspection.table_names():
        return
    statements = {"postgresql": _postgresql_statements, "sqlite": _sqlite_statements}
    with connection.cursor() as cursor:
        for trigger in triggers:
            for statement in statements[connection.vendor](trigger):
                cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop all triggers of a SQLite database, so that its tables can be rebuilt."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def _postgresql_statements(trigger: Trigger) -> Iterator[str]:
    name, event, condition, body = trigger
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {body} RETURN NULL; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({condition})"
        f" EXECUTE FUNCTION {name}()"
    )


def _sqlite_statements(trigger: Trigger) -> Iterator[str]:
    name, event, condition, body = trigger
    yield f"DROP TRIGGER IF EXISTS {name}"
    yield f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN {condition} BEGIN {body} END"
