"""A SQLite database as one file, and the one that it replaces, which is set aside."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from forum.site.operations.archives import BackupError, BadArchive

FILE_NAME = "database.sqlite3"
#: The database, and what SQLite keeps beside it while it is open.
_ENDINGS = ("", "-wal", "-shm")


def dump(path: Path) -> None:
    """Write the database to ``path``, as of one moment."""
    is_in_memory = connection.is_in_memory_db()  # type: ignore[attr-defined]  # Of SQLite.
    if not (is_in_memory or _database().exists()):
        raise BackupError(f"There is no database {_database()}.")  # Opening it would make it.
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)


def check_dump(path: Path) -> None:
    """Read all of the dump; raise BadArchive where it is damaged."""
    if list(_rows_of(path, "PRAGMA integrity_check")) != [("ok",)]:
        raise BadArchive("Its database is damaged.")


def read_rows(path: Path, table: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """These columns of a table of the dump; none where it has no such table."""
    is_there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if list(_rows_of(path, is_there, table)):
        names = ", ".join(f'"{name}"' for name in columns)
        yield from _rows_of(path, f'SELECT {names} FROM "{table}"')  # noqa: S608  (ours)


def restore(path: Path) -> None:
    """Make the dump the database; what was there must have been set aside."""
    beside = _database("restored")
    shutil.copyfile(path, beside)
    beside.replace(_database())


def set_aside() -> None:
    """Put the database out of the way, as it is, damaged or not."""
    _move("", "replaced")


def put_back() -> None:
    """Have what was set aside, if anything was, instead of what is there."""
    if is_set_aside():
        _delete("")
        _move("replaced", "")


def is_set_aside() -> bool:
    """Whether a database is set aside."""
    return _database("replaced").exists()


def discard() -> None:
    """Delete what was set aside."""
    _delete("replaced")


def _database(state: str = "") -> Path:
    path = Path(connection.settings_dict["NAME"])
    return path.with_name(f"{path.name}.{state}") if state else path


def _move(state: str, other: str) -> None:
    connection.close()
    for ending in _ENDINGS:
        path = Path(f"{_database(state)}{ending}")
        if path.exists():
            path.rename(f"{_database(other)}{ending}")


def _delete(state: str) -> None:
    connection.close()
    for ending in _ENDINGS:
        Path(f"{_database(state)}{ending}").unlink(missing_ok=True)


def _rows_of(path: Path, query: str, *values: str) -> Iterator[tuple[Any, ...]]:
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as copy:
            yield from copy.execute(query, values)
    except (sqlite3.Error, UnicodeError) as error:
        raise BadArchive(f"Its database cannot be read: {error}") from error
