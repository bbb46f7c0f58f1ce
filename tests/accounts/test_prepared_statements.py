"""What was prepared for the statements of all pages stays on a connection."""

import pytest
from django.db import ProgrammingError, connection
from django.db.backends.signals import connection_created

from accounts.base.prepared_statements import read_statement
from tests import kept_connections

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only it prepares them"),
]


def test_a_connection_keeps_as_many_statements_as_a_site_has_each_planned_once(monkeypatch):
    opened = connection.copy()
    monkeypatch.setitem(opened.settings_dict, "CONN_MAX_AGE", None)
    # Tests keep more on connections of their own.
    connection_created.disconnect(kept_connections.keep_statements)
    try:
        with opened.cursor() as cursor:
            for number in range(300):
                for _time in range(5):
                    cursor.execute(f"SELECT %s + {number}", [1])
            cursor.execute("SELECT count(*), sum(custom_plans) FROM pg_prepared_statements")
            kept, planned_for_values = cursor.fetchone()
            assert kept >= 300 and planned_for_values == 0
    finally:
        opened.close()
        connection_created.connect(kept_connections.keep_statements)


def test_a_long_statement_is_read_once_however_often_it_runs():
    statement = f"SELECT %s, '100 %%', %s -- {'a' * 5000}"
    before = read_statement.cache_info()
    with connection.cursor() as cursor:
        for number in range(6):
            cursor.execute(statement, [number, "ville"])
            assert cursor.fetchone() == (number, "100 %", "ville")
    after = read_statement.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 5)


def test_a_statement_is_read_with_parameters_that_have_names():
    with connection.cursor() as cursor:
        for name in ("Brest", "Quimper"):
            cursor.execute("SELECT %(name)s::text, %(name)s::text || '%%'", {"name": name})
            assert cursor.fetchone() == (name, f"{name}%")


def test_a_statement_with_too_few_values_is_an_error():
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="2 placeholders"):
        cursor.execute("SELECT %s, %s", [1])
