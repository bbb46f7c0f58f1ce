"""A PostgreSQL database of one's own on a server that is there, gone again afterwards."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"


@contextmanager
def temporary_database(server=None, template="template1"):
    """Yield the address of a new database, set as docs/operators.md says.

    It is empty, or a copy of ``template``, to which nobody may be connected.
    ``server`` names any database of a PostgreSQL whose user may create others; by default
    ``DATABASE_URL``, else a local one.
    """
    server = server or os.environ.get("DATABASE_URL") or LOCAL
    name = f"foirail_bench_{uuid4().hex[:8]}"
    _execute(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    for setting in ("random_page_cost = 1.1", "jit = off"):  # As operators are told.
        _execute(server, f"ALTER DATABASE {{}} SET {setting}", name)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


def run_in_shell(database, code, **environment):
    """Run ``code`` in the shell of a development site on ``database``; return its exit code."""
    environment = os.environ | environment | {
        "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "forum.settings",
        "FORUM_DEBUG": "1", "EMAIL_URL": "dummymail://", "REDIS_URL": "",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode  # noqa: S603


def _execute(server, statement, *names):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
