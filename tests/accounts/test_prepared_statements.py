"""What was prepared for the statements of all pages stays on a connection."""

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

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
