"""Database triggers that number every change of the rows from which rights are computed.

Triggers, because rights also change by bulk updates, by cascades and from a shell, and code
that trusts the number must not depend on each writer remembering to raise it. They are
installed after each migration: SQLite rebuilds tables to change them, which drops triggers.
Models declare what counts as ``rights_watch``.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.rights_watch import RightsWatch, watched_models

#: Watched models of other packages.
_FOREIGN_MODELS = {Authenticator: RightsWatch(("user", "type"), person="user")}
#: How many changes are kept at least, and how many more before those are deleted together:
#: to look for what to delete at each change takes longer, the more one transaction makes.
CHANGES_KEPT, CHANGES_PRUNED = 1000, 100
#: The lock that makes numbers follow commits, on PostgreSQL.
_ADVISORY_LOCK = 0x666F6972
_CHANGES_TABLE = "accounts_rightschange"


def install_triggers(connection: BaseDatabaseWrapper) -> None:
    """Update the triggers of this database to what models declare."""
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


class WatchedTable(NamedTuple):
    """A RightsWatch by the columns of its model: ``None`` where there is none."""

    person: str | None
    columns: tuple[str, ...]
    on_insert: bool
    expires_at: str | None


class _TriggerEvent(NamedTuple):
    table: str
    person: str | None
    event: str
    #: Those of an UPDATE whose change counts.
    columns: tuple[str, ...] = ()
    #: That of a DELETE after whose moment it does not count.
    expires_at: str | None = None


def watched_tables() -> dict[str, WatchedTable]:
    """What is watched, by the name of its table."""
    tables = {}
    for model, watch in [*watched_models(), *_FOREIGN_MODELS.items()]:

        def column(name: str | None, model: Any = model) -> str | None:
            return str(model._meta.get_field(name).column) if name else None

        columns = tuple(str(column(name)) for name in watch.fields)
        tables[model._meta.db_table] = WatchedTable(
            column(watch.person), columns, watch.on_insert, column(watch.expires_at)
        )
    return tables


def _trigger_events() -> Iterator[_TriggerEvent]:
    for table, (person, columns, on_insert, expires_at) in watched_tables().items():
        yield _TriggerEvent(table, person, "DELETE", expires_at=expires_at)
        yield _TriggerEvent(table, person, "UPDATE", columns)
        if on_insert:
            yield _TriggerEvent(table, person, "INSERT")


def _trigger_name(table: str, event: str, definition: str) -> tuple[str, str]:
    digest = hashlib.sha256(definition.encode()).hexdigest()[:8]
    return f"rights_{table}_{event.lower()}_{digest}", table


def _condition(trigger: _TriggerEvent, operator: str, now: str) -> str:
    """The condition of rows for which a trigger runs; ``operator``: *differs*, in its SQL."""
    if trigger.expires_at:
        return f"OLD.{trigger.expires_at} > {now}"
    return " OR ".join(f"OLD.{column} {operator} NEW.{column}" for column in trigger.columns)


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
    IF next_number % {CHANGES_PRUNED} = 0 THEN
      DELETE FROM {_CHANGES_TABLE} WHERE number <= next_number - {CHANGES_KEPT}
        AND number > next_number - {CHANGES_KEPT + CHANGES_PRUNED};
    END IF;
  END LOOP;
  RETURN NULL;
END $$
"""
_POSTGRESQL_INSTALLED = """
SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgname LIKE 'rights\\_%' AND relnamespace = current_schema()::regnamespace
"""


def _postgresql_triggers() -> Iterator[tuple[tuple[str, str], str]]:
    for trigger in _trigger_events():
        table, person, event, columns, _expires_at = trigger
        of = f" OF {', '.join(columns)}" if columns else ""
        condition = _condition(trigger, "IS DISTINCT FROM", "NOW()")
        when = f"WHEN ({condition})" if condition else ""
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
#: As Django writes a moment, to the millisecond.
_SQLITE_NOW = "STRFTIME('%Y-%m-%d %H:%M:%f', 'now')"


def _sqlite_triggers() -> Iterator[tuple[tuple[str, str], str]]:
    for trigger in _trigger_events():
        table, person, event, columns, _expires_at = trigger
        of = f" OF {', '.join(columns)}" if columns else ""
        condition = _condition(trigger, "IS NOT", _SQLITE_NOW)
        when = f"WHEN {condition}" if condition else ""
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


def _sqlite_statement(person: str, condition: str) -> str:
    # The last number in a query of its own: MAX() gives a row even where WHERE is false.
    return (
        f" INSERT INTO {_CHANGES_TABLE} (number, person_id) SELECT last + 1, {person} FROM"
        f" (SELECT COALESCE(MAX(number), 0) AS last FROM {_CHANGES_TABLE}) WHERE {condition};"
        f" DELETE FROM {_CHANGES_TABLE} WHERE number <= (SELECT CASE WHEN"
        f" MAX(number) % {CHANGES_PRUNED} = 0 THEN MAX(number) END FROM {_CHANGES_TABLE})"
        f" - {CHANGES_KEPT};"
    )


_VENDORS: dict[str, tuple[Callable[[], Iterator[tuple[tuple[str, str], str]]], str]] = {
    "postgresql": (_postgresql_triggers, _POSTGRESQL_INSTALLED),
    "sqlite": (_sqlite_triggers, _SQLITE_INSTALLED),
}
