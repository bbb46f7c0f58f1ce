"""Migrations give the tables of the models, and can change tables with rows and triggers."""

import os
import re
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models
from django.db.models.signals import pre_migrate

from accounts.models import CharterVersion, College
from forum.models import Space, Thread
from tests.factories import start_thread
from tests.forum.thread_invariants import check_thread_counts

REBUILT = [CharterVersion, College, Space, Thread]


def triggers():
    kind = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(kind[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_tables_that_triggers_read_are_rebuilt_and_all_triggers_are_back(claire, spaces):
    start_thread(claire, spaces["public"])
    before = triggers()

    pre_migrate.send(apps.get_app_config("accounts"), using="default", plan=["something"])
    for model in REBUILT:
        field = models.TextField(default="")
        field.set_attributes_from_name("added")
        with connection.schema_editor() as editor:
            editor.add_field(model, field)
        with connection.schema_editor() as editor:
            editor.remove_field(model, field)
    emit_post_migrate_signal(0, False, "default")

    assert triggers() == before
    start_thread(claire, spaces["public"])
    check_thread_counts()


@pytest.mark.django_db
def test_where_nothing_is_migrated_triggers_stay():
    before = triggers()
    pre_migrate.send(apps.get_app_config("accounts"), using="default", plan=[])
    assert triggers() == before


#: What each kind of database tells of its columns, keys, indexes and triggers, in spellings
#: in which the order of columns does not count.
CATALOG = {
    "sqlite": (
        'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden'
        " FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'",
        'SELECT m.name, f."from", f."table", f."to"'
        " FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')",
    ),
    "postgresql": (
        "SELECT table_name, column_name, data_type, is_nullable, column_default,"
        " character_maximum_length, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid)"
        " FROM pg_trigger WHERE NOT tgisinternal",
    ),
}
#: On SQLite, checks stand in the SQL of their table and nowhere else.
TABLES = "SELECT sql FROM sqlite_master WHERE type = 'table'"
CHECK = r'CONSTRAINT "\w+" CHECK .*?(?=, CONSTRAINT|\)$)'


def catalog(database):
    """Every fact that a database tells of the tables of our apps, sorted."""
    facts = set()
    with closing(database.cursor()) as cursor:
        for query in CATALOG[database.vendor]:
            cursor.execute(query)
            facts |= {repr(row) for row in cursor.fetchall()}
        if database.vendor == "sqlite":
            cursor.execute(TABLES)
            for (table,) in cursor.fetchall():
                facts |= set(
                    re.findall(r'CONSTRAINT "\w+" CHECK .*?(?=, CONSTRAINT|\)$)', table or "")
                )
    ours = (fact for fact in facts if re.search(r"\b(accounts|forum)_", fact))
    return sorted(re.sub(r"_[0-9a-f]{8}(?=_|\b)", "_hash", fact) for fact in ours)


def new_database(folder):
    """The address of a new database of this kind, and its name for a connection."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'migrated.sqlite3'}", str(folder / "migrated.sqlite3")
    name, url = f"migrated_{os.getpid()}", urlsplit(os.environ["DATABASE_URL"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return url._replace(path=f"/{name}").geturl(), name


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.sqlite
@pytest.mark.django_db
def test_migrations_give_the_tables_of_the_models(tmp_path):
    url, name = new_database(tmp_path)
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    environment = os.environ | {"DATABASE_URL": url}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)

    migrated = connection.copy("migrated")
    migrated.settings_dict["NAME"] = name
    with closing(migrated):
        assert catalog(migrated) == catalog(connection)


def test_until_the_first_release_each_app_has_one_migration():
    for app in ("accounts", "forum"):
        (migration,) = (settings.BASE_DIR / app / "migrations").glob("0*.py")
        assert migration.name == "0001_initial.py"
