"""A PostgreSQL database as ``pg_dump`` writes it, and the one that it replaces.

That one is set aside as a schema of its own: at once, whatever its size, and whatever tables a
later version has made, which would be in the way of what is restored.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from forum.site.operations.archives import BackupError, BadArchive

FILE_NAME = "database.dump"
_REPLACED = "foirail_replaced"


def dump(path: Path) -> None:
    """Write the database to ``path``, as of one moment."""
    own = ("--format=custom", "--no-owner", f"--exclude-schema={_REPLACED}")
    _run("pg_dump", f"--dbname={_address()}", *own, f"--file={path}")


def check_dump(path: Path) -> None:
    """Read all of the dump; raise BadArchive where it is damaged."""
    try:
        _run("pg_restore", f"--file={os.devnull}", str(path))
    except BackupError as error:
        raise BadArchive(f"Its database cannot be read: {error}") from error


def read_rows(path: Path, table: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """These columns of a table of the dump, as text; none where it has no such table."""
    command = ["pg_restore", "--data-only", f"--table={table}", "--file=-", str(path)]
    order: list[int] | None = None
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as program:
        for line in program.stdout or ():
            if line.startswith("COPY "):
                names = re.findall(r"\w+", line.partition("(")[2].rpartition(")")[0])
                if missing := set(columns) - set(names):
                    raise BadArchive(f"Its table {table} has no {', '.join(missing)}.")
                order = [names.index(name) for name in columns]
            elif line == "\\.\n":
                order = None
            elif order is not None:
                cells = line.rstrip("\n").split("\t")
                yield tuple(None if cells[at] == r"\N" else cells[at] for at in order)


def restore(path: Path) -> None:
    """Make the dump the database, in one transaction; what was there must be set aside."""
    connection.close()
    database = f"--dbname={_address()}"
    _run("pg_restore", database, "--single-transaction", "--no-owner", str(path))


def set_aside() -> None:
    """Put all tables out of the way, at once, and have an empty schema instead."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {_REPLACED}")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    connection.close()  # It has prepared statements for other tables.


def put_back() -> None:
    """Have what was set aside, if anything was, instead of what is there."""
    if not is_set_aside():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute(f"ALTER SCHEMA {_REPLACED} RENAME TO public")
    connection.close()


def is_set_aside() -> bool:
    """Whether tables are set aside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [_REPLACED])
        return cursor.fetchone() is not None


def discard() -> None:
    """Delete what was set aside."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {_REPLACED} CASCADE")


def _address() -> str:
    """The database, for a program of PostgreSQL, without its password."""
    from psycopg.conninfo import make_conninfo

    params = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "sslmode", "sslrootcert")
    return make_conninfo("", **{name: params[name] for name in names if params.get(name)})


def _run(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL; raise BackupError, in a sentence, where it fails."""
    password = connection.get_connection_params().get("password") or ""
    environment = os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": password} if password else {})
    try:
        process = subprocess.run(  # noqa: S603
            [program, *arguments], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BackupError(f"{program} is missing: install postgresql-client.") from error
    if versions := re.search(r"server version: (\d+).*; \w+ version: ([\d.]+)", process.stderr):
        server, own = versions.groups()
        raise BackupError(
            f"{program} {own} is older than the server: install postgresql-client-{server}."
        )
    if process.returncode:
        raise BackupError(f"{program} failed: {process.stderr.strip()[-2000:]}")
