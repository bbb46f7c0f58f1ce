"""Expressions of the database that Django has none for."""

from django.db.models import BooleanField, Func


class IsOneOf(Func):
    """Whether a value is among those of a subquery, which PostgreSQL reads first, and once.

    An ``IN`` would be made a join: what is asked for is then looked for from the newest row
    down, through all those that are not asked for.
    """

    template, arg_joiner = "%(expressions)s)", " = ANY(ARRAY"
    output_field = BooleanField()

    def as_sqlite(self, compiler, connection, **context):
        """The same without arrays."""
        return self.as_sql(
            compiler, connection, template="%(expressions)s", arg_joiner=" IN ", **context
        )
