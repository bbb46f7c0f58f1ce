"""The index on PostgreSQL: a generated ``tsvector`` in each document, and a GIN index of it.

Beside its stems a vector holds what a search is narrowed by: the space with the version, what
filters ask of a thread (``FACETS``), and the ranges of ids that its post, or thread, is in. GIN
meets the lists of all these, so that a word of half of all posts costs no more than the range
that is looked through, whoever looks.
"""

from collections.abc import Collection
from itertools import product

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.compiled_queries import Condition
from forum.base.search_index.engines.index_query import IndexQuery, ranges
from forum.base.search_index.engines.syntax import Syntax, conditions
from forum.base.search_index.models import FACETS
from forum.base.search_index.terms import Expression, Phrase

_RANGES = {"r": 2_048, "q": 16_384, "p": 131_072}
windows: tuple[int, ...] = tuple(_RANGES.values())
#: Kilobytes of new words that wait to be sorted into the index, some eighty posts. Each search
#: reads all that wait: of the 4 MB that PostgreSQL lets wait, for several milliseconds.
_PENDING = 128
#: Weights say in which of the two forms a stem is: phrases are found in one of them.
_STEMS, _FOLDED = "A", "B"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the generated columns and their indexes."""
    columns = "title_stems", "title_folded_stems", "stems", "folded_stems"
    expressions = {
        "forum_threaddocument": _vector(columns, "thread_id"),
        "forum_postdocument": _vector(columns, "post_id"),
    }
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, expression in expressions.items():
            if table not in there:
                continue
            cursor.execute(
                f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS"
                f" vector tsvector GENERATED ALWAYS AS ({expression}) STORED"
            )
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_vector ON {table} USING gin (vector)"
                f" WITH (gin_pending_list_limit = {_PENDING})"
            )


def query(
    table: str,
    expression: Expression,
    versions: Collection[int],
    spaces: Collection[int],
    newest: tuple[int, int] | None = None,
    facets: Collection[Collection[str]] = (),
) -> IndexQuery:
    """See ``Engine``."""
    pairs = product(sorted(spaces), versions)
    places = " | ".join(f"'s:{space}v{version}'" for space, version in pairs)
    terms = [*conditions(expression, _SYNTAX), places or "'s:'"]
    terms += [" | ".join(f"'{word}'" for word in words) for words in facets]
    if newest is not None:
        terms.append(_newest_ranges(*newest))
    return IndexQuery(tuple(terms))


def where(table: str, row: str, asked: IndexQuery, *, is_checked: bool = False) -> Condition:
    """See ``Engine``: by as many conditions, for GIN skips what one of them does not have.

    In one condition of four words it goes through what any of them has: five to ten times as
    slow in a million posts. A plan that is kept for all words takes them to be rare, and would
    begin with this index whatever else is asked.
    """
    vector = f"COALESCE({row}.vector, '')" if is_checked else f"{row}.vector"
    sql = " AND ".join([f"{vector} @@ %s::tsquery"] * len(asked.conditions))
    return Condition(f"({sql})", asked.conditions)


def _vector(columns: tuple[str, ...], id_column: str) -> str:
    weighted = (
        f"setweight(to_tsvector('simple', {name}), '{_FOLDED if 'folded' in name else _STEMS}')"
        for name in columns
    )
    places = ["'s:' || space_id::text || 'v' || version::text"]
    places += [f"'{name}:' || ({id_column} / {size})::text" for name, size in _RANGES.items()]
    facets = f"string_to_array({FACETS}, ' ')"
    others = f"array_to_tsvector(ARRAY[{', '.join(places)}] || {facets})"
    return " || ".join([*weighted, others])


def _newest_ranges(latest: int, size: int) -> str:
    unit, numbers = ranges(latest, size, windows)
    name = next(name for name, length in _RANGES.items() if length == unit)
    return " | ".join(f"'{name}:{n}'" for n in reversed(numbers))


def _phrase(phrase: Phrase) -> str:
    weight = _FOLDED if phrase.is_folded else _STEMS
    words = [f"'{stem}':{weight}" for stem in phrase.stems]
    words += [f"'{phrase.prefix}':*{weight}"] if phrase.prefix else []
    return f"({' <-> '.join(words)})"


_SYNTAX = Syntax(" & ", " | ", " & !", "'{}'".format, "'{}':*".format, _phrase)
