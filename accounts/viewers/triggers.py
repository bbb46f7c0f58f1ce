"""Database triggers that number every change of the rows from which rights are computed.

Triggers, because rights also change by bulk updates, by cascades and from a shell, and code
that trusts the number must not depend on each writer remembering to raise it. They are
installed after each migration: SQLite rebuilds tables to change them, which drops triggers.
Models declare what counts as ``rights_watch``.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.rights_watch import RightsWatch, watched_models

#: Watched models of other packages.
_FOREIGN_MODELS = {Authenticator: RightsWatch(("user", "type"), person="user")}
#: How many changes are kept.
CHANGES_KEPT = 1000
#: The lock that makes numbers follow commits, on PostgreSQL.
_ADVISORY_LOCK = 0x666F6972
_CHANGES_TABLE = "accounts_rightschange"


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Bring the triggers of this database up to date with what models declare."""
    definitions, installed_sql = _VENDORS[connection.vendor]
    wanted = dict(definitions())
    with connection.cursor() as cursor:
        cursor.execute(installed_sql)
        installed = {tuple(row) for row in cursor.fetchall()}
        if installed == wanted.keys():
            return
        for name, table in installed - wanted.keys():
            suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{suffix}")
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for trigger in sorted(wanted.keys() - installed):
            cursor.execute(wanted[trigger])


def watched_tables() -> dict[str, tuple[str | None, tuple[str, ...], bool]]:
    """``{table: (person column or None, columns whose change counts, inserts count)}``."""
    tables = {}
    for model, watch in [*watched_models(), *_FOREIGN_MODELS.items()]:

        def column(name: str, model: Any = model) -> str:
            return str(model._meta.get_field(name).column)

        person = column(watch.person) if watch.person else None
        columns = tuple(map(column, watch.fields))
        tables[model._meta.db_table] = person, columns, watch.on_insert
    return tables


def _trigger_events() -> Iterator[tuple[str, str | None, str, tuple[str, ...]]]:
    for table, (person, columns, on_insert) in watched_tables().items():
        yield table, person, "DELETE", ()
        yield table, person, "UPDATE", columns
        if on_insert:
            yield table, person, "INSERT", ()


def _trigger_name(table: str, event: str, definition: str) -> tuple[str, str]:
    digest = hashlib.sha256(definition.encode()).hexdigest()[:8]
    return f"rights_{table}_{event.lower()}_{digest}", table


def _columns_differ(columns: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"OLD.{c} {operator} NEW.{c}" for c in columns)


# ------------------------------------------------------------------------- PostgreSQL

# Deferred: it runs as the transaction commits, and holds a lock until it has. So numbers
# have no gaps and appear in order, and nothing waits for another lock while it holds this one.
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION accounts_rights_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  next_number bigint;
  people bigint[];
  one bigint;
BEGIN
  IF TG_NARGS = 0 THEN
    people := ARRAY[NULL::bigint];
  ELSIF TG_OP = 'UPDATE' THEN
    people := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[0])::bigint,
                   (to_jsonb(NEW) ->> TG_ARGV[0])::bigint];
  ELSIF TG_OP = 'DELETE' THEN
    people := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[0])::bigint];
  ELSE
    people := ARRAY[(to_jsonb(NEW) ->> TG_ARGV[0])::bigint];
  END IF;
  PERFORM pg_advisory_xact_lock({_ADVISORY_LOCK});
  FOR one IN SELECT DISTINCT unnest(people) LOOP
    CONTINUE WHEN one IS NULL AND TG_NARGS > 0;  -- a guest's session
    SELECT COALESCE(MAX(number), 0) + 1 INTO next_number FROM {_CHANGES_TABLE};
    INSERT INTO {_CHANGES_TABLE} (number, person_id) VALUES (next_number, one);
    DELETE FROM {_CHANGES_TABLE} WHERE number <= next_number - {CHANGES_KEPT};
  END LOOP;
  RETURN NULL;
END $$
"""
_POSTGRESQL_INSTALLED = """
SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgname LIKE 'rights\\_%' AND relnamespace = current_schema()::regnamespace
"""


def _postgresql_triggers() -> Iterator[tuple[tuple[str, str], str]]:
    for table, person, event, columns in _trigger_events():
        of = f" OF {', '.join(columns)}" if columns else ""
        when = f"WHEN ({_columns_differ(columns, 'IS DISTINCT FROM')})" if columns else ""
        argument = f"'{person}'" if person else ""
        definition = (
            f"AFTER {event}{of} ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            f" {when} EXECUTE FUNCTION accounts_rights_changed({argument})"
        )
        name, on = _trigger_name(table, event, definition + _POSTGRESQL_FUNCTION)
        yield (name, on), f"CREATE CONSTRAINT TRIGGER {name} {definition}"


# ------------------------------------------------------------------------- SQLite

_SQLITE_INSTALLED = (
    "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rights~_%'"
    " ESCAPE '~'"
)


def _sqlite_triggers() -> Iterator[tuple[tuple[str, str], str]]:
    for table, person, event, columns in _trigger_events():
        of = f" OF {', '.join(columns)}" if columns else ""
        when = f"WHEN {_columns_differ(columns, 'IS NOT')}" if columns else ""
        body = "".join(_sqlite_statements(event, person))
        definition = f"AFTER {event}{of} ON {table} FOR EACH ROW {when} BEGIN{body} END"
        name, on = _trigger_name(table, event, definition)
        yield (name, on), f"CREATE TRIGGER {name} {definition}"


def _sqlite_statements(event: str, person: str | None) -> Iterator[str]:
    if person is None:
        yield _sqlite_statement("NULL", "TRUE")
        return
    now = f"{'OLD' if event == 'DELETE' else 'NEW'}.{person}"
    yield _sqlite_statement(now, f"{now} IS NOT NULL")
    if event == "UPDATE":
        before = f"OLD.{person}"
        yield _sqlite_statement(before, f"{before} IS NOT NULL AND {before} IS NOT {now}")


def _sqlite_statement(whose: str, condition: str) -> str:
    # The last number in a query of its own: MAX() gives a row even where WHERE is false.
    return (
        f" INSERT INTO {_CHANGES_TABLE} (number, person_id) SELECT last + 1, {whose} FROM"
        f" (SELECT COALESCE(MAX(number), 0) AS last FROM {_CHANGES_TABLE}) WHERE {condition};"
        f" DELETE FROM {_CHANGES_TABLE} WHERE number <= (SELECT MAX(number)"
        f" FROM {_CHANGES_TABLE}) - {CHANGES_KEPT};"
    )


_VENDORS: dict[str, tuple[Callable[[], Iterator[tuple[tuple[str, str], str]]], str]] = {
    "postgresql": (_postgresql_triggers, _POSTGRESQL_INSTALLED),
    "sqlite": (_sqlite_triggers, _SQLITE_INSTALLED),
}
