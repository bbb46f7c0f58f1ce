"""Where an audit writes its rows: nowhere that stays.

It runs in a process of its own, which shares no cache with the site, mails nothing and
announces nothing. On SQLite it works on a copy of the database, since a transaction would keep
others from writing; on PostgreSQL in transactions that are rolled back.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction

#: Seconds after which an audit is given up.
TIMEOUT = 3600
#: What the process is told: neither Redis, nor mail, nor a worker.
_APART = {"REDIS_URL": "", "EMAIL_URL": "dummymail://", "FORUM_WORKER_INSIDE": "0"}


def audit_apart(pages: Iterable[str] = ()) -> dict[str, Any]:
    """Run ``audit_visibility --apart`` on this site's database; return what it prints.

    It asks the pages of these names, or all where none is given.
    Raise CalledProcessError where it fails, and TimeoutExpired after TIMEOUT seconds.
    """
    with _database_url() as url:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "django", "audit_visibility", "--apart", *pages],
            env=os.environ | _APART | ({"DATABASE_URL": url} if url else {}),
            cwd=settings.BASE_DIR, check=True, timeout=TIMEOUT, stdout=subprocess.PIPE,
        )  # fmt: skip
    return json.loads(done.stdout)


@contextmanager
def _database_url() -> Iterator[str]:
    """The address of a copy of the database; nothing where the database itself will do."""
    if connection.vendor != "sqlite":
        yield ""
        return
    with TemporaryDirectory(prefix="foirail-audit-") as folder:
        path = Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        with closing(connect(path)) as copy:
            connection.connection.backup(copy)
        yield f"sqlite:///{path}"


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction that actions see as none: each of theirs is a savepoint of it."""
    transaction.set_autocommit(False)
    try:
        yield
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)
