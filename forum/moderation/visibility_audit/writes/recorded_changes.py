"""Which rows a request changed: the database itself records them, by triggers.

They are of this connection alone on SQLite; on PostgreSQL of the transaction, which is rolled
back, and until then nobody else can write to the tables.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import BinaryField, Model

from forum.moderation.visibility_audit.workspace import rolled_back

_TABLE = "audit_recorded_change"


@dataclass(frozen=True)
class RowChange:
    """A row of ``model`` as it was and as it is, by column; None where it was or is not there.

    ``text``: both as the database wrote them.
    """

    model: type[Model]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    text: str

    @property
    def row(self) -> dict[str, Any]:
        """The row as it was, or, where it was not there, as it is."""
        return self.before or self.after or {}

    @property
    def is_update(self) -> bool:
        """Whether the row was there, and is."""
        return self.before is not None and self.after is not None

    @property
    def columns(self) -> set[str]:
        """The columns that differ."""
        before, after = self.before or {}, self.after or {}
        return {key for key in before | after if before.get(key) != after.get(key)}


@contextmanager
def changes_recorded() -> Iterator[None]:
    """A block whose writing is recorded, and undone."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _create_triggers()  # Of a transaction's own triggers it reads all anew at each undoing.
        with rolled_back():
            yield
        return
    with rolled_back():
        _create_triggers()
        yield


def _create_triggers() -> None:
    with connection.cursor() as cursor:
        serial = "INTEGER PRIMARY KEY AUTOINCREMENT"
        if connection.vendor == "postgresql":
            serial = "bigserial PRIMARY KEY"
        cursor.execute(
            f"CREATE TEMP TABLE {_TABLE} (id {serial}, model text, before text, after text)"
        )
        for model in _recorded_models():
            for statement in _STATEMENTS[connection.vendor](model):
                cursor.execute(statement)


def recorded() -> list[RowChange]:
    """The rows that were changed since this was asked, or where that was undone, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT model, before, after FROM {_TABLE} ORDER BY id")  # noqa: S608
        rows = cursor.fetchall()
        cursor.execute(f"DELETE FROM {_TABLE}")  # noqa: S608
    changes = (
        RowChange(
            apps.get_model(label),
            before and json.loads(before),
            after and json.loads(after),
            f"{before or ''}{after or ''}",
        )
        for label, before, after in rows
    )
    return [change for change in changes if change.columns]


def _recorded_models() -> list[type[Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed
    ]


def _sqlite_statements(model: type[Model]) -> Iterator[str]:
    table, label = model._meta.db_table, model._meta.label
    fields = [it for it in model._meta.local_fields if not isinstance(it, BinaryField)]
    columns = [it.column for it in fields]

    def row(of: str) -> str:
        return f"json_object({', '.join(f'\'{it}\', {of}."{it}"' for it in columns)})"

    for event, before, after in _EVENTS:
        values = ", ".join(row(it) if it else "NULL" for it in (before, after))
        yield (
            f"CREATE TEMP TRIGGER audit_{event}_{table} AFTER {event} ON main.{table} BEGIN"  # noqa: S608
            f" INSERT INTO {_TABLE} (model, before, after) VALUES ('{label}', {values}); END"
        )


def _postgresql_statements(model: type[Model]) -> Iterator[str]:
    table, label = model._meta.db_table, model._meta.label
    fields: list[Any] = model._meta.local_fields
    binary = [str(it.column) for it in fields if isinstance(it, BinaryField)]

    def row(of: str) -> str:
        return f"(to_jsonb({of}) - '{{{','.join(binary)}}}'::text[])::text"

    for event, before, after in _EVENTS:
        values = ", ".join(row(it) if it else "NULL" for it in (before, after))
        function = f"pg_temp.audit_{event}_{table}()"
        yield (
            f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
            f" INSERT INTO {_TABLE} (model, before, after) VALUES ('{label}', {values});"
            " RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER audit_{event} AFTER {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}"
        )


_EVENTS = [("INSERT", "", "NEW"), ("UPDATE", "OLD", "NEW"), ("DELETE", "OLD", "")]
_STATEMENTS = {"sqlite": _sqlite_statements, "postgresql": _postgresql_statements}
