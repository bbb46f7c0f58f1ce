"""Expressions of the database that Django has none for."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, IntegerField, Subquery, TextField, Value
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


class Literal(Value):
    """A number that is part of the SQL: a plan for any values knows how many rows have it."""

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[()]]:
        """The number itself."""
        return str(int(self.value)), ()


class RowCount(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class JoinedValues(Subquery):
    """The texts of the column ``value`` of a query, with commas between; None of none."""

    template = "(SELECT STRING_AGG(value, ',') FROM (%(subquery)s) AS joined)"
    output_field = TextField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """The same by its older name."""
        return self.as_sql(
            compiler,
            connection,
            template=self.template.replace("STRING_AGG", "GROUP_CONCAT"),
            **context,
        )


class ValueCount(Subquery):
    """How many rows of a query have a ``value``, which it gives that name, that is not null.

    It stops at ``most``.
    """

    template = (
        '(SELECT COUNT(*) FROM (SELECT 1 FROM (%(subquery)s) AS "rows"'
        ' WHERE "rows"."value" IS NOT NULL LIMIT %(most)d) AS counted)'
    )
    output_field = IntegerField()

    def __init__(self, queryset: Any, most: int) -> None:
        super().__init__(queryset, most=most)
