"""Has the database number every change of the rows that rights are made from.

In the database, because rights also change by bulk updates, by cascades and from a shell;
a reader that trusts the number must not depend on who remembered to raise it. Installed
after each migration: SQLite rebuilds tables as they change, and drops their triggers.
"""

import hashlib

#: table: (the column with the person, or None where it concerns everybody; the columns
#: whose change counts; whether a new row counts).
WATCHED_TABLES = {
    "accounts_seat": (
        "person_id",
        (
            "person_id", "organisation_id", "started_at", "ended_at", "confirmed_at",
            "refused_at",
        ),
        True,
    ),
    "accounts_signature": (
        "person_id",
        ("person_id", "organisation_id", "version_id", "withdrawn_at"),
        True,
    ),
    "accounts_versionrefusal": ("person_id", ("person_id", "version_id"), True),
    "accounts_groupmembership": ("person_id", ("person_id", "group_id"), True),
    "accounts_workinggroup": (None, ("college_id", "ends_at"), False),
    "accounts_breakglassaccess": (
        "person_id",
        ("person_id", "college_id", "opened_at", "closes_at", "closed_at"),
        True,
    ),
    "accounts_user": (
        "id",
        (
            "full_name", "password", "is_active", "is_animator", "is_superuser",
            "suspended_at", "writing_seat_id",
        ),
        False,
    ),
    "accounts_session": ("person_id", ("session_data", "person_id", "expire_date"), False),
    "accounts_charterversion": (None, ("number", "is_substantive", "binding_from"), True),
    "accounts_organisation": (None, ("college_id", "admitted_at"), False),
    "mfa_authenticator": ("user_id", ("user_id", "type"), True),
}  # fmt: skip
#: How many changes are kept.
CHANGES_KEPT = 1000
#: The lock that makes numbers follow commits, on PostgreSQL.
_ADVISORY_LOCK = 0x666F6972
_CHANGES_TABLE = "accounts_rightschange"


def install_triggers(connection):
    """Install the triggers, where they are not there as they should be."""
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


def _trigger_events():
    for table, (person, columns, on_insert) in WATCHED_TABLES.items():
        yield table, person, "DELETE", ()
        yield table, person, "UPDATE", columns
        if on_insert:
            yield table, person, "INSERT", ()


def _trigger_name(table, event, definition):
    digest = hashlib.sha256(definition.encode()).hexdigest()[:8]
    return f"rights_{table}_{event.lower()}_{digest}", table


def _columns_differ(columns, operator):
    return " OR ".join(f"OLD.{c} {operator} NEW.{c}" for c in columns)


# ------------------------------------------------------------------------- PostgreSQL

# Run as the transaction commits (deferred), holding a lock until it has: so numbers have
# no gaps and appear in order, and no other lock is waited for while this one is held.
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION accounts_rights_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  place bigint;
  whose bigint[];
  one bigint;
BEGIN
  IF TG_NARGS = 0 THEN
    whose := ARRAY[NULL::bigint];
  ELSIF TG_OP = 'UPDATE' THEN
    whose := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[0])::bigint,
                   (to_jsonb(NEW) ->> TG_ARGV[0])::bigint];
  ELSIF TG_OP = 'DELETE' THEN
    whose := ARRAY[(to_jsonb(OLD) ->> TG_ARGV[0])::bigint];
  ELSE
    whose := ARRAY[(to_jsonb(NEW) ->> TG_ARGV[0])::bigint];
  END IF;
  PERFORM pg_advisory_xact_lock({_ADVISORY_LOCK});
  FOR one IN SELECT DISTINCT unnest(whose) LOOP
    CONTINUE WHEN one IS NULL AND TG_NARGS > 0;  -- nobody's session
    SELECT COALESCE(MAX(number), 0) + 1 INTO place FROM accounts_rightschange;
    INSERT INTO accounts_rightschange (number, person_id) VALUES (place, one);
    DELETE FROM accounts_rightschange WHERE number <= place - {CHANGES_KEPT};
  END LOOP;
  RETURN NULL;
END $$
"""
_POSTGRESQL_INSTALLED = """
SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgname LIKE 'rights\\_%' AND relnamespace = current_schema()::regnamespace
"""


def _postgresql_triggers():
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


def _sqlite_triggers():
    for table, person, event, columns in _trigger_events():
        of = f" OF {', '.join(columns)}" if columns else ""
        when = f"WHEN {_columns_differ(columns, 'IS NOT')}" if columns else ""
        body = "".join(_sqlite_statements(event, person))
        definition = f"AFTER {event}{of} ON {table} FOR EACH ROW {when} BEGIN{body} END"
        name, on = _trigger_name(table, event, definition)
        yield (name, on), f"CREATE TRIGGER {name} {definition}"


def _sqlite_statements(event, person):
    if person is None:
        yield _sqlite_statement("NULL", "TRUE")
        return
    now = f"{'OLD' if event == 'DELETE' else 'NEW'}.{person}"
    yield _sqlite_statement(now, f"{now} IS NOT NULL")
    if event == "UPDATE":
        before = f"OLD.{person}"
        yield _sqlite_statement(before, f"{before} IS NOT NULL AND {before} IS NOT {now}")


def _sqlite_statement(whose, condition):
    # The last number in a query of its own: MAX() gives a row whatever WHERE says.
    return (
        f" INSERT INTO {_CHANGES_TABLE} (number, person_id) SELECT last + 1, {whose} FROM"
        f" (SELECT COALESCE(MAX(number), 0) AS last FROM {_CHANGES_TABLE}) WHERE {condition};"
        f" DELETE FROM {_CHANGES_TABLE} WHERE number <= (SELECT MAX(number) FROM {_CHANGES_TABLE}) - {CHANGES_KEPT};"
    )


_VENDORS = {
    "postgresql": (_postgresql_triggers, _POSTGRESQL_INSTALLED),
    "sqlite": (_sqlite_triggers, _SQLITE_INSTALLED),
}
