"""The tasks of ``bench.worker_kills``: each leaves a mark, and may be killed at any line."""

import time

from django.db import connection, transaction
from django.tasks import task

#: ``effect``: what tasks leave, one row each. ``attempt``: every time one was begun.
TABLES = (
    "CREATE TABLE bench_effect (number integer PRIMARY KEY)",
    "CREATE TABLE bench_attempt (number integer)",
)


@task()
def leave_mark(number, seconds):
    """Begin, work for a while in a transaction, and leave row ``number`` once."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_attempt VALUES (%s)", [number])
    with transaction.atomic(), connection.cursor() as cursor:
        time.sleep(seconds)
        cursor.execute(
            "INSERT INTO bench_effect VALUES (%s) ON CONFLICT DO NOTHING RETURNING number",
            [number],
        )
        is_first = cursor.fetchone() is not None
        time.sleep(seconds)
    return is_first
