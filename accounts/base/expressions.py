"""Expressions of the database that Django has none for."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, IntegerField, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler


class IsOneOf(Func):
    """Whether a value is among those of a subquery, which PostgreSQL reads first, and once.

    An ``IN`` would be made a join: what is asked for is then looked for from the newest row
    down, through all those that are not asked for.
    """

    template, arg_joiner = "%(expressions)s)", " = ANY(ARRAY"
    output_field = BooleanField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """The same without arrays."""
        return self.as_sql(
            compiler, connection, template="%(expressions)s", arg_joiner=" IN ", **context
        )


class JoinedTexts(Subquery):
    """The texts that a query finds, in its column ``said``, with spaces between; or NULL."""

    template = "(SELECT STRING_AGG(said, ' ') FROM (%(subquery)s) AS found)"
    output_field = TextField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """The same by the name that SQLite has for it."""
        template = self.template.replace("STRING_AGG", "GROUP_CONCAT")
        return self.as_sql(compiler, connection, template=template, **context)


class RowCount(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
