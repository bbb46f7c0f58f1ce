"""The tables of the test database, made from the models: migrating takes twenty times as long.

That migrations give the same tables is what ``test_migrating.py`` holds.
"""

import sqlite3
from contextlib import closing

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings


class _NoMigrations:
    """For ``MIGRATION_MODULES``: no app has any, so its tables are made from its models."""

    def __contains__(self, label):
        return True

    def __getitem__(self, label):
        return None


def tables_from_models():
    """Settings: databases made while they are enabled take their tables from the models."""
    return override_settings(MIGRATION_MODULES=_NoMigrations())


def record_migrations():
    """Record every migration as applied, as a migrated database does."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    recorder.migration_qs.bulk_create(
        recorder.Migration(app=label, name=name)
        for label, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    )


def write_sqlite_file(path):
    """Write what the database of this process, an SQLite one, holds now to ``path``."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as target:
        connection.connection.backup(target)
