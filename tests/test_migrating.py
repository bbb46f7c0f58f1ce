"""A database with rows and triggers can be migrated: SQLite rebuilds tables to change them."""

import pytest
from django.apps import apps
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
