"""A PostgreSQL database of one's own on a server that is there, gone again afterwards."""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

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


def _execute(server, statement, *names):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
