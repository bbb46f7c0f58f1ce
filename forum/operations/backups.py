"""Backups: the database and the files in one archive, made while the site serves, and back.

An archive (``archives.py``) holds the database as its own tools dump it (``database.dump``,
PostgreSQL; ``database.sqlite3``) and the files under ``files/``. The database is dumped first,
as of one moment, and signed acts are never deleted: each signature finds its act.
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from forum.operations.archives import ArchiveWriter, BadArchive, Progress, read_archive

#: What an archive of another form would say.
FORMAT = 1
FILES = "files/"
DUMPS = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}


def create_backup(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Write an archive of the database and all files to ``path``; return its manifest.

    It is written beside and named ``path`` once it is whole: what stands there before, and
    whoever copies it, never has half of one. ``progress`` is told the bytes of each file.
    """
    part = path.with_name(f"{path.name}.part")
    manifest = {
        "format": FORMAT,
        "created_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "migrations": sorted(".".join(name) for name in _applied_migrations()),
    }
    with TemporaryDirectory(prefix="foirail-backup-") as folder:
        dump = Path(folder) / DUMPS[connection.vendor]
        _DUMP[connection.vendor](dump)
        with open(part, "wb", opener=_private) as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                archive = ArchiveWriter(tar, manifest, progress)
                archive.add_file(dump.name, dump)
                for name, file in _stored_files():
                    archive.add_file(f"{FILES}{name}", file)
                archive.finish()
            out.flush()
            os.fsync(out.fileno())
    part.replace(path)
    return manifest


def check_archive(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Read all of an archive and return its manifest.

    Raise BadArchive where it is not whole, of another kind of database than this site's, or
    made by a later version of the code.
    """
    manifest = read_archive(path, progress)
    if manifest.get("format") != FORMAT:
        raise BadArchive("It is of a form that this version does not know.")
    if (vendor := manifest["database"]) != connection.vendor:
        raise BadArchive(f"It holds a {vendor} database; this is {connection.vendor}.")
    known = {".".join(name) for name in MigrationLoader(None).disk_migrations}
    if unknown := set(manifest["migrations"]) - known:
        raise BadArchive(f"It was made by a later version: {', '.join(sorted(unknown)[:5])}")
    return manifest


def restore_backup(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Put the database and the files of an archive in place of those there are.

    The archive is read whole first, and unpacked beside: until all of it is there, the site
    stays as it was. The database changes in one transaction, or as one file. Return the
    manifest; raise BadArchive as ``check_archive`` does.
    """
    manifest = check_archive(path, progress)
    place = Path(settings.MEDIA_ROOT)
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".restore-", dir=place.parent) as folder:
        with tarfile.open(path) as tar:
            tar.extractall(folder, filter="data")
        files = Path(folder) / FILES
        files.mkdir(exist_ok=True)
        _RESTORE[connection.vendor](Path(folder) / DUMPS[connection.vendor])
        before = Path(folder) / "before"
        with suppress(FileNotFoundError):
            place.rename(before)
        files.rename(place)
    return manifest


def _applied_migrations() -> Iterator[tuple[str, str]]:
    yield from MigrationLoader(connection).applied_migrations


def _stored_files() -> Iterator[tuple[str, Path]]:
    place = Path(settings.MEDIA_ROOT)
    for path in sorted(place.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(place)), path


def _private(path: str, flags: int) -> int:
    """Open for writing what only its owner may read: it holds all that is said in private."""
    return os.open(path, flags, 0o600)


def _dump_postgresql(path: Path) -> None:
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def _restore_postgresql(path: Path) -> None:
    connection.close()
    clean = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
    _run_postgresql("pg_restore", *clean, str(path))


def _run_postgresql(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on this site's database; its password is in no argument."""
    from psycopg.conninfo import make_conninfo

    asked = connection.get_connection_params()
    password = asked.get("password") or ""
    names = ("dbname", "host", "port", "user", "sslmode", "sslrootcert")
    database = make_conninfo("", **{name: asked[name] for name in names if asked.get(name)})
    done = subprocess.run(  # noqa: S603
        [program, f"--dbname={database}", *arguments],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _dump_sqlite(path: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)


def _restore_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadArchive("Its database is damaged.")
    connection.close()
    database = Path(connection.settings_dict["NAME"])
    beside = database.with_name(f"{database.name}.restored")
    shutil.copyfile(path, beside)
    for leftover in ("-wal", "-shm"):
        Path(f"{database}{leftover}").unlink(missing_ok=True)
    beside.replace(database)


_DUMP = {"postgresql": _dump_postgresql, "sqlite": _dump_sqlite}
_RESTORE = {"postgresql": _restore_postgresql, "sqlite": _restore_sqlite}
