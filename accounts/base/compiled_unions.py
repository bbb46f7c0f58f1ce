"""Several compiled queries, asked in one statement."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import batched
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from accounts.base.compiled_queries import (
    ID_NAMES,
    ID_PLACEHOLDERS,
    Compiled,
    CompiledQuery,
    adapted_values,
    is_beyond_columns,
)

#: How the values of a column that JSON has no type for are read back, by the kind of field.
#: SQLite has no type for them either: its converters do so.
_READERS: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "UUIDField": UUID,
    "DecimalField": lambda value: Decimal(str(value)),
    "JSONField": json.dumps,
}
#: Arguments that a function of SQLite takes at most are more.
_MOST_ARGUMENTS = 100


class RightsWithIds(Hashable, Protocol):
    """Rights that differ from others by ids only, and so may share a statement with them."""

    def with_placeholders(self, placeholders: Sequence[int]) -> tuple[Hashable, list[int]]:
        """These rights with ``placeholders`` for ids, and the ids; as they are, and none."""
        ...


class _Part(NamedTuple):
    """A query of a union: its place among them, and what reads a row of it."""

    number: int
    compiled: Compiled
    readers: list[tuple[int, Callable[[Any], Any]]]


class CompiledUnion:
    """Queries that are asked together, in one statement for each shape of rights.

    Each gives instances of a model; all take the same values. Rights with as many ids have one
    shape: the queries may not depend on ids but by their number, their order and which are
    the same.
    """

    def __init__(self, queries: Sequence[CompiledQuery[Any]], max_shapes: int = 256) -> None:
        self._queries = queries
        self._compiled = lru_cache(max_shapes)(self._compile)

    def rows(self, rights: RightsWithIds, **values: Any) -> list[list[Any]]:
        """The rows of each query for these ``rights`` and ``values``, in the queries' order."""
        results: list[list[Any]] = [[] for _query in self._queries]
        connection = connections[DEFAULT_DB_ALIAS]
        shape, ids = rights.with_placeholders(ID_PLACEHOLDERS)
        values |= zip(ID_NAMES.values(), ids, strict=False)
        sql, parts = self._compiled(connection.vendor, shape)
        if not parts or is_beyond_columns(values):
            return results
        names = {name for part in parts for name in part.compiled.names if name}
        values = adapted_values(names, values)
        with connection.cursor() as cursor:
            cursor.execute(sql, [it for part in parts for it in part.compiled.bound(values)])
            raw: dict[int, list[list[Any]]] = {}
            for number, row in cursor.fetchall():
                raw.setdefault(number, []).append(_columns(json.loads(row)))
        for part in parts:
            if rows := raw.get(part.number):
                for row in rows:
                    for place, read in part.readers:
                        row[place] = row[place] if row[place] is None else read(row[place])
                results[part.number] = part.compiled.reader.read(rows, connection)
        return results

    def _compile(self, vendor: str, rights: Hashable) -> tuple[str, list[_Part]]:
        """The statement of ``rights``, and those queries of it that may find something."""
        parts, tables, selects = [], [], []
        for number, query in enumerate(self._queries):
            compiled = query.compiled(vendor, (rights,) if query.takes_rights else ())
            if compiled is None:
                continue
            _require_no_fixed_id(compiled, query)
            reader, columns = compiled.reader, compiled.reader.columns
            assert reader.gives_instances and not reader.has_more, query
            names = [f"c{n}" for n in range(len(columns))]
            tables.append(f"p{number} ({', '.join(names)}) AS ({compiled.sql})")
            selects.append(f"SELECT {number}, {_as_json(vendor, number, names)} FROM p{number}")
            parts.append(_Part(number, compiled, _readers(vendor, columns)))
        return f"WITH {', '.join(tables)} {' UNION ALL '.join(selects)}", parts


def _require_no_fixed_id(compiled: Compiled, query: object) -> None:
    """Raise RuntimeError where a placeholder stays: in a text, or in a ``Prefetch``."""
    params = zip(compiled.params, compiled.names, strict=True)
    fixed = [compiled.sql, *(param for param, name in params if name not in ID_NAMES.values())]
    for lookup in compiled.reader.prefetched:
        if (rows := getattr(lookup, "queryset", None)) is not None:
            fixed += rows.query.sql_with_params()[1]
    if any(_PLACEHOLDER.search(str(it)) for it in fixed):
        raise RuntimeError(f"The ids in rights would stay those that {query} was compiled for.")


#: What all placeholders of ids have in them.
_PLACEHOLDER = re.compile(f"{ID_PLACEHOLDERS.start // len(ID_PLACEHOLDERS)}[0-9]{{2}}")


def _as_json(vendor: str, number: int, names: Sequence[str]) -> str:
    """The SQL of a row as JSON: its columns in their order (``_columns``)."""
    if vendor == "postgresql":
        return f"to_json(p{number})::text"
    arrays = (f"json_array({', '.join(batch)})" for batch in batched(names, _MOST_ARGUMENTS))
    return f"json_array({', '.join(arrays)})"


def _columns(row: Mapping[str, Any] | list[list[Any]]) -> list[Any]:
    if isinstance(row, list):
        return [value for columns in row for value in columns]
    return list(row.values())


def _readers(vendor: str, columns: Sequence[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
    """``(place, reader)`` of the columns whose values JSON gives as something else."""
    readers = []
    for place, column in enumerate(columns):
        field = column.output_field
        while field.remote_field:
            field = field.target_field
        if vendor == "postgresql" and (read := _READERS.get(field.get_internal_type())):
            readers.append((place, read))
    return readers
