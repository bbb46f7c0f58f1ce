"""Empty the database after a test that committed, at the price of what it wrote.

Django's flush truncates every table and announces a migration, after which triggers are
compared: 0.2 s on PostgreSQL whatever the test did. Rows are few here, so they are deleted
from the tables that have any.
"""

import time

from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from accounts.moderation_log import triggers as moderation_log

#: Written by triggers as other tables are emptied, so it comes last.
_LAST = "accounts_rightschange"
#: Its triggers refuse to delete: PostgreSQL holds them back, SQLite has none meanwhile.
_APPEND_ONLY = "accounts_moderationlogentry"
#: Seconds that a thread which is ending may still read a table.
_PATIENCE = 5


def empty_database(test_case=None):
    """Delete every row; triggers stay installed.

    SQLite counts ids anew, as after a rollback, and PostgreSQL on (``_restart_ids`` of
    ``tests/factories.py``): of rights with ids of their own queries would be compiled anew.

    A database in memory that threads share locks whole tables while one reads them, and SQLite
    refuses where it would wait for another database: it is asked again.
    """
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            return _delete_rows()
        except OperationalError as error:
            if "is locked" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(0.01)


def _delete_rows():
    if connection.vendor == "postgresql" and not _is_superuser():
        call_command("flush", verbosity=0, interactive=False)  # Triggers cannot be held back.
        return
    tables = set(connection.introspection.django_table_names(only_existing=False))
    tables = sorted(tables - {_LAST, "django_migrations"}) + [_LAST]
    exists = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables[:-1]
    )
    # Foreign keys are checked as the transaction commits: any order will do.
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(exists)
        for (table,) in cursor.fetchall():
            if table == _APPEND_ONLY and connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER IF EXISTS moderation_log_delete")
            cursor.execute(f"DELETE FROM {table}")
            if table == _APPEND_ONLY:
                moderation_log.install_triggers(connection)
        cursor.execute(f"DELETE FROM {_LAST}")
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")


def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)
