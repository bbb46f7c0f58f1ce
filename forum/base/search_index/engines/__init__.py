"""The databases that hold the index, behind one interface.

Both are given the same stems and asked for the same expressions, so that they find the same.
Another engine is another module with the functions of ``Engine``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup

from accounts.base.compiled_queries import Condition
from forum.base.search_index.engines.index_query import IndexQuery
from forum.base.search_index.terms import Expression


class Engine(Protocol):
    """A full-text engine of the database itself."""

    #: Numbers of newest ids that are looked through at once, from the smallest; so are up to
    #: as many times one of them as the next has.
    windows: tuple[int, ...]

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Make what the models of the index do not describe, where it is not there yet."""

    def query(
        self,
        table: str,
        expression: Expression,
        versions: Collection[int],
        spaces: Collection[int],
        newest: tuple[int, int] | None = None,
        facets: Collection[Collection[str]] = (),
    ) -> IndexQuery:
        """What finds ``expression`` among documents of ``table``.

        As far as the engine can tell, they are of ``versions``, in one of ``spaces`` and have
        one of each of ``facets``.
        ``newest`` is the latest id of a post, or of a thread where ``table`` is of threads, and
        how many of the newest are looked through: one of ``windows`` or some times that. Then
        at least so many ids are, and at most twice as many.
        """

    def where(
        self, table: str, row: str, asked: IndexQuery, *, is_checked: bool = False
    ) -> Condition:
        """The condition in SQL that ``asked`` finds the ``row`` of ``table``.

        ``is_checked``: of rows that are few already, so that no index is to find them.
        """


class IsFound(Lookup):
    """Whether a document is found by a query: a condition. What a viewer sees is asked besides.

    A lookup, because SQLite would be asked whether another condition equals 1, which no index
    answers.
    """

    prepare_rhs = False

    def __init__(self, query: IndexQuery, *, is_checked: bool = False) -> None:
        """``is_checked``: see ``Engine.where``."""
        super().__init__(F("pk"), query)
        self._is_checked = is_checked

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """The condition of the engine on the row of the document."""
        document = self.lhs
        row = connection.ops.quote_name(document.alias)
        table, is_checked = document.target.model._meta.db_table, self._is_checked
        condition = get_engine().where(table, row, self.rhs, is_checked=is_checked)
        return condition.sql, list(condition.params)


def search_database() -> str:
    """The alias of the database that is searched: of the replica, where there is one."""
    return "search" if "search" in settings.DATABASES else DEFAULT_DB_ALIAS


def get_engine() -> Engine:
    """The engine of the database."""
    from forum.base.search_index.engines import postgresql, sqlite

    engines: dict[str, Engine] = {"postgresql": postgresql, "sqlite": sqlite}
    return engines[connections[DEFAULT_DB_ALIAS].vendor]
