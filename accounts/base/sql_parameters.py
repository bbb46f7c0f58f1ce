"""The parameters of SQL that is run many times: which may stay as they are."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet


def require_no_fixed_moment(
    params: Iterable[tuple[Any, str | None]], queryset: QuerySet[Any]
) -> None:
    """Raise RuntimeError for a moment or a day that each run would find as it was compiled.

    Such is ``timezone.now()`` in place of ``at``, one reckoned from ``at``, and ``at`` in a
    ``Prefetch``, whose query is not compiled here.
    """
    fixed = [param for param, name in params if name is None and _is_moment(param)]
    for lookup in getattr(queryset, "_prefetch_related_lookups", ()):
        if (rows := getattr(lookup, "queryset", None)) is not None:
            fixed += filter(_is_moment, rows.query.sql_with_params()[1])
    if fixed:
        raise RuntimeError(f"A compiled query would keep this moment for ever: {fixed[0]}")


def _is_moment(param: Any) -> bool:
    return isinstance(param, date) or isinstance(param, str) and bool(_MOMENT.match(param))


#: How a database that has no type for moments is given one.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d|$)")


def inline_constants(
    vendor: str, sql: str, params: tuple[Any, ...], names: list[str | None]
) -> tuple[str, list[Any], list[str | None]]:
    """``sql``, ``params`` and ``names`` with texts, truths and 0 that never change in the SQL.

    PostgreSQL then knows them when it plans for any values: it sees that a partial index
    serves, estimates as well as for one run, and so keeps the plan. SQLite prepares a statement
    anew at each run where a parameter is the pattern of a ``LIKE``, or is compared with a
    column that a partial index has a condition on.
    """
    places = iter(zip(params, names, strict=True))
    remaining: list[tuple[Any, str | None]] = []

    def write(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        param, name = next(places)
        if name is None and (literal := _literal(vendor, param)):
            return literal
        remaining.append((param, name))
        return "%s"

    sql = re.sub("%[%s]", write, sql)
    return sql, [param for param, _name in remaining], [name for _param, name in remaining]


def _literal(vendor: str, param: Any) -> str | None:
    """A text, a truth or 0 as SQL spells it; None of anything else.

    Other numbers may be ids that differ from viewer to viewer, who share a statement.
    """
    if isinstance(param, bool):
        return str(param) if vendor == "postgresql" else str(int(param))
    if isinstance(param, str) and _PLAIN_TEXT.fullmatch(param):
        return f"'{param.replace('%', '%%')}'"
    return "0" if type(param) is int and not param else None


#: A text that means the same between quotation marks, on every database.
_PLAIN_TEXT = re.compile(r"[-\w |,.:@%]*", re.ASCII)
