"""Connections to the database, and what was prepared on them, stay from test to test.

Opening a connection and planning a statement cost PostgreSQL more than answering does.
"""

from contextlib import contextmanager
from functools import lru_cache, partial
from types import SimpleNamespace

from asgiref.sync import SyncToAsync
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.test import testcases
from psycopg._preparing import PrepareManager


@contextmanager
def keep_connections():
    """Keep those of this thread, and of the thread in which sockets ask."""
    connection.settings_dict["CONN_MAX_AGE"] = None  # The same settings in every thread.
    BaseDatabaseWrapper.savepoint = _savepoint
    if connection.vendor == "postgresql":
        connection_created.connect(keep_statements)
        if connection.connection:
            keep_statements(connection)
    else:
        SQLiteCursorWrapper.convert_query = _convert_query
    try:
        yield
    finally:
        close_connections()


def close_connections():
    """Close them: a database that somebody is connected to is not dropped, nor copied."""
    connections.close_all()
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


_begin_savepoint = BaseDatabaseWrapper.savepoint


def _savepoint(connection):
    """A savepoint that is named by how many it stands within.

    Of names of their own, as Django's, what was prepared would push out what comes again.
    """
    connection.savepoint_state = len(connection.savepoint_ids)
    return _begin_savepoint(connection)


_convert = lru_cache(4000)(partial(SQLiteCursorWrapper.convert_query, None))


def _convert_query(cursor, query, *, param_names=None):
    """The query as SQLite spells it, where Django works it out at each execution."""
    return _convert(query, param_names=param_names and tuple(param_names))


class _KeptStatements(PrepareManager):
    """Prepared statements that survive a rollback.

    psycopg forgets them then, lest a table be made anew, which no test does; and every test
    ends with one.
    """

    def clear(self):
        return False


def keep_statements(connection, **_told):
    """Have ``connection`` keep what was prepared, for all tests of a worker."""
    connection.connection._prepared.__class__ = _KeptStatements
    connection.connection.prepared_max = 2000  # Of all tests of a worker.
    # Each statement is planned once, where psycopg would have it planned thrice before.
    connection.connection.prepare_threshold = 0


def switch_access_beside_class(blocker):
    """Have ``blocker``, pytest-django's, and Django's leave the class of connections as it is.

    They allow and forbid connections by changing that class, four times a test: after a
    thousand changes Python remembers no more where it found what connections are asked for, as
    ``accounts/base/creation_counters.py`` tells.
    """
    access = SimpleNamespace(ensure_connection=blocker._dj_db_wrapper.ensure_connection)
    BaseDatabaseWrapper.ensure_connection = lambda it: access.ensure_connection(it)
    type(blocker)._dj_db_wrapper = access
    testcases.BaseDatabaseWrapper = access
