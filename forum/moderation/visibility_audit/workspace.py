"""Where an audit writes its rows: nowhere that stays.

It runs in a process of its own, which shares no cache and no files with the site, mails
nothing and announces nothing. On SQLite it works on a copy of the database, since a transaction
would keep others from writing; on PostgreSQL in transactions that are rolled back.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction

#: Seconds after which an audit is given up.
TIMEOUT = 3600
#: What the process is told: neither Redis, nor mail, nor a bucket, nor a worker.
_APART = {
    "REDIS_URL": "", "EMAIL_URL": "dummymail://", "FORUM_BUCKET": "",
    "FORUM_ACCEL_REDIRECT": "", "FORUM_CLAMAV": "", "FORUM_WORKER_INSIDE": "0",
}  # fmt: skip


def audit_apart(*arguments: str) -> dict[str, Any]:
    """Run ``audit_visibility --apart`` on this site's database; return what it prints.

    ``arguments``: names of the pages to ask, all where none is given, and options. What it
    writes of its progress goes where this process writes its errors.
    Raise CalledProcessError where it fails, and TimeoutExpired after TIMEOUT seconds.
    """
    with _database_url() as url, TemporaryDirectory(prefix="foirail-audit-") as files:
        process = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "django", "audit_visibility", "--apart", *arguments],
            env=os.environ | _APART | {"FORUM_FILES": files} | url,
            cwd=settings.BASE_DIR, check=True, timeout=TIMEOUT, stdout=subprocess.PIPE,
        )  # fmt: skip
    report: dict[str, Any] = json.loads(process.stdout)
    return report


def is_serving() -> bool:
    """Whether others are connected to the database itself, where no copy of it is made.

    This process connects to it no more.
    """
    if connection.vendor == "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid())"
        )
        (are_others,) = cursor.fetchone()
    connection.close()
    return bool(are_others)


@contextmanager
def _database_url() -> Iterator[dict[str, str]]:
    """What names a copy of the database; nothing where the database itself will do."""
    if connection.vendor != "sqlite":
        yield {}
        return
    with TemporaryDirectory(prefix="foirail-audit-") as folder:
        path = Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        with closing(connect(path)) as copy:
            connection.connection.backup(copy)
        yield {"DATABASE_URL": f"sqlite:///{path}"}


@contextmanager
def rolled_back() -> Iterator[None]:
    """A block whose writing is undone, alone or within another, and that actions see as none.

    Theirs are durable: they may stand in no transaction but one that says, as those of Django's
    test cases, that it is undone.
    """
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)
