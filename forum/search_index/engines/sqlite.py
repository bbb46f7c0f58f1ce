"""The index on SQLite: FTS5 tables beside the documents, kept by triggers.

An FTS5 table reads the words of a document from its row (an external content table), so that
they are stored once.
"""

from collections.abc import Collection
from functools import partial

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.base.triggers import Trigger, replace_triggers
from forum.search_index.engines.index_query import IndexQuery
from forum.search_index.models import document_id
from forum.search_index.terms import Alternative, Clause, Expression

windows: tuple[int, ...] = (2_048, 16_384)
_COLUMNS = {
    "forum_threaddocument": ("title_stems", "title_folded_stems"),
    "forum_postdocument": ("title_stems", "title_folded_stems", "stems", "folded_stems"),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the FTS5 tables and their triggers; fill new ones from the documents."""
    there = set(connection.introspection.table_names())
    for table, columns in _COLUMNS.items():
        if table not in there:
            continue
        names = ", ".join(columns)
        with connection.cursor() as cursor:
            if f"{table}_words" not in there:
                cursor.execute(
                    f"CREATE VIRTUAL TABLE {table}_words USING fts5({names},"
                    f" content='{table}', content_rowid='id',"
                    " tokenize='unicode61 remove_diacritics 0')"
                )
                cursor.execute(
                    f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')"  # noqa: S608
                )
        replace_triggers(connection, table, _triggers(table, names, columns))


def query(
    table: str,
    expression: Expression,
    versions: Collection[int],
    spaces: Collection[int],
    newest: tuple[int, int] | None = None,
) -> IndexQuery:
    """See ``Engine``: versions and spaces are left to what is asked besides."""
    first = 0
    if newest is not None:
        latest, size = newest
        first = document_id(max(0, latest // size - 1) * size, 0)  # As ranges on PostgreSQL.
    return IndexQuery(_match(table, expression), first)


def condition(table: str) -> str:
    """See ``Engine``."""
    words = f"{table}_words"
    return (
        f"{{row}}.id IN (SELECT rowid FROM {words}"  # noqa: S608
        f" WHERE {words} MATCH %(words)s AND rowid >= %(first)s)"
    )


def _match(table: str, expression: Expression) -> str:
    found = expression.written(partial(_clause, table), " AND ", " OR ")
    excluded = " OR ".join(_clause(table, one) for one in expression.excluded)
    return f"({found}) NOT ({excluded})" if excluded else found


def _clause(table: str, clause: Clause) -> str:
    return "(" + " OR ".join(_alternative(table, one) for one in clause) + ")"


def _alternative(table: str, alternative: Alternative) -> str:
    terms, is_phrase = alternative
    if len(terms) == 1 or not is_phrase:
        words = []
        for term in terms:
            forms = [f'"{form}"' for form in term.forms]
            forms += [f'"{term.prefix}" *'] if term.prefix else []
            words.append("(" + " OR ".join(forms) + ")")
        return "(" + " AND ".join(words) + ")"
    stems = " ".join(name for name in _COLUMNS[table] if "folded" not in name)
    folded = " ".join(name for name in _COLUMNS[table] if "folded" in name)
    found = []
    for names, form in ((stems, "stem"), (folded, "folded_stem"), (stems, "english_stem")):
        words = [getattr(term, form) for term in terms]
        words[-1] = terms[-1].prefix or words[-1]
        star = " *" if terms[-1].prefix else ""
        found.append(f'{{{names}}} : "{" ".join(words)}"{star}')
    return "(" + " OR ".join(found) + ")"


def _triggers(table: str, names: str, columns: tuple[str, ...]) -> list[Trigger]:
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("NEW", "OLD"))
    words = f"{table}_words"
    add = f"INSERT INTO {words}(rowid, {names}) VALUES (NEW.id, {new});"  # noqa: S608
    take = f"INSERT INTO {words}({words}, rowid, {names}) VALUES ('delete', OLD.id, {old});"  # noqa: S608
    return [
        Trigger(f"{words}_added", f"INSERT ON {table}", "TRUE", add),
        Trigger(f"{words}_removed", f"DELETE ON {table}", "TRUE", take),
        Trigger(f"{words}_changed", f"UPDATE OF {names} ON {table}", "TRUE", take + add),
    ]
