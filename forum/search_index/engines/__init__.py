"""The databases that hold the index, behind one interface.

Both are given the same stems and asked for the same expressions, so that they find the same.
Another engine is another module with the functions of ``Engine``.
"""

from collections.abc import Collection
from typing import Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from forum.search_index.terms import Expression


class Engine(Protocol):
    """A full-text engine of the database itself."""

    #: Numbers of newest ids to look through first, one after another, while too few are
    #: found; after them, all are.
    windows: tuple[int, ...]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Make what the models of the index do not describe, where it is not there yet."""

    def matching(
        self,
        table: str,
        expression: Expression,
        versions: Collection[int],
        spaces: Collection[int],
        newest: tuple[int, int] | None = None,
    ) -> RawSQL:
        """The condition that a row of ``table``, of documents, is found by ``expression``.

        It is of one of ``versions`` and, as far as the engine can tell, in one of ``spaces``.
        ``newest`` is the latest id of a post, or of a thread where ``table`` is of threads, and
        one of ``windows``: then at least so many ids, and at most twice as many, are looked
        through. What a viewer sees is asked for besides.
        """


def search_database() -> str:
    """The alias of the database that is searched: of the replica, where there is one."""
    return "search" if "search" in settings.DATABASES else DEFAULT_DB_ALIAS


def get_engine() -> Engine:
    """The engine of the database."""
    from forum.search_index.engines import postgresql, sqlite

    engines: dict[str, Engine] = {"postgresql": postgresql, "sqlite": sqlite}
    return engines[connections[DEFAULT_DB_ALIAS].vendor]
