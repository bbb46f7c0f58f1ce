"""How PostgreSQL finds rows, whatever it knows of the few that a test has."""

from django.db import connection


def keep_only_index(table, name):
    """Until the test is undone ``table`` has no index but ``name`` and those of constraints.

    Nothing is sorted, nor gone through row by row: so few would be. Other indexes are dropped,
    since which is cheapest depends on statistics that may be gathered at any moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname <> %s"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [table, name],
        )
        for (other,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{other}"')
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
