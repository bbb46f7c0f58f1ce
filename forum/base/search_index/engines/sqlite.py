"""The index on SQLite: FTS5 tables beside the documents, kept by triggers.

An FTS5 table reads the words of a document from its row (an external content table), so that
they are stored once. Beside its stems a row has its place, a word of the space and the version,
and what filters ask for (``FACETS``), as vectors have on PostgreSQL: who sees few threads has
few looked through.
"""

from collections.abc import Collection
from itertools import product

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.compiled_queries import Condition
from accounts.base.triggers import Trigger, replace_triggers
from forum.base.search_index.engines.index_query import IndexQuery, ranges
from forum.base.search_index.engines.syntax import Syntax, conditions
from forum.base.search_index.models import FACETS, document_id
from forum.base.search_index.terms import Expression, Phrase

windows: tuple[int, ...] = (2_048, 16_384)
_STEMS = "title_stems", "title_folded_stems", "stems", "folded_stems"
_TABLES = "forum_threaddocument", "forum_postdocument"
#: No stem begins so: they are in letters from a to z.
_PLACE = "é"
_PLACED_BY = "space_id", "version", "topic_id", "kind", "has_sheet", "is_solved", "tags"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the places, the FTS5 tables and their triggers; fill new ones from documents."""
    there = set(connection.introspection.table_names())
    for table in _TABLES:
        if table not in there:
            continue
        if "place" not in _columns_of(connection, table):
            place = f"'{_PLACE}' || space_id || 'v' || version || ' ' || {FACETS}"
            with connection.cursor() as cursor:
                cursor.execute(
                    f"ALTER TABLE {table} ADD COLUMN place TEXT AS ({place}) VIRTUAL"
                )
        columns = (*_STEMS, "place")
        if _columns_of(connection, f"{table}_words") != list(columns):
            _create_words(connection, table, columns)
        replace_triggers(connection, table, _triggers(table, columns))


def query(
    table: str,
    expression: Expression,
    versions: Collection[int],
    spaces: Collection[int],
    newest: tuple[int, int] | None = None,
    facets: Collection[Collection[str]] = (),
) -> IndexQuery:
    """See ``Engine``."""
    first = 0
    if newest is not None:
        unit, numbers = ranges(*newest, windows)
        first = document_id(numbers[0] * unit, 0)  # As ranges on PostgreSQL.
    pairs = product(sorted(spaces), versions)
    places = " OR ".join(f'"{_PLACE}{space}v{version}"' for space, version in pairs)
    syntax = Syntax(" AND ", " OR ", " NOT ", '"{}"'.format, '"{}" *'.format, _phrase)
    terms = [*conditions(expression, syntax), f"({places or _PLACE})"]
    terms += [f"({syntax.either.join(map(syntax.stem, words))})" for words in facets]
    return IndexQuery((syntax.both.join(terms),), first)


def where(table: str, row: str, asked: IndexQuery, *, is_checked: bool = False) -> Condition:
    """See ``Engine``."""
    words = f"{table}_words"
    sql = (
        f"{row}.id IN (SELECT rowid FROM {words}"  # noqa: S608
        f" WHERE {words} MATCH %s AND rowid >= %s)"
    )
    return Condition(sql, (*asked.conditions, asked.first))


def _phrase(phrase: Phrase) -> str:
    columns = (it for it in _STEMS if phrase.is_folded == ("folded" in it))
    star = " *" if phrase.prefix else ""
    words = " ".join([*phrase.stems, phrase.prefix]).rstrip()
    return f'{{{" ".join(columns)}}} : "{words}"{star}'


def _columns_of(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """The names of the columns, generated ones too; none where there is no table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_xinfo(%s) WHERE hidden <> 1", [table])
        return [name for (name,) in cursor.fetchall()]


def _create_words(
    connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...]
) -> None:
    words = f"{table}_words"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {words}")
        cursor.execute(
            f"CREATE VIRTUAL TABLE {words} USING fts5({', '.join(columns)},"
            f" content='{table}', content_rowid='id',"
            " tokenize='unicode61 remove_diacritics 0')"
        )
        cursor.execute(f"INSERT INTO {words}({words}) VALUES ('rebuild')")  # noqa: S608


def _triggers(table: str, columns: tuple[str, ...]) -> list[Trigger]:
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("NEW", "OLD"))
    written = ", ".join((*_STEMS, *_PLACED_BY))
    words = f"{table}_words"
    add = f"INSERT INTO {words}(rowid, {names}) VALUES (NEW.id, {new});"  # noqa: S608
    take = f"INSERT INTO {words}({words}, rowid, {names}) VALUES ('delete', OLD.id, {old});"  # noqa: S608
    return [
        Trigger(f"{words}_added", f"INSERT ON {table}", "TRUE", add),
        Trigger(f"{words}_removed", f"DELETE ON {table}", "TRUE", take),
        Trigger(f"{words}_changed", f"UPDATE OF {written} ON {table}", "TRUE", take + add),
    ]
