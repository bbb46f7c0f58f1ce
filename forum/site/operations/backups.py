"""Backups: the database and the files in one archive, made while the site serves, and back.

An archive (``archives.py``) holds the database as its own tools dump it (``database.dump``,
PostgreSQL; ``database.sqlite3``) and the files under ``files/``. It is whole where its database
has people, and it holds every file that its database names.
"""

import os
import tarfile
from collections.abc import Collection, Set
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from forum.site.operations import postgresql_dumps, sqlite_dumps
from forum.site.operations.archives import (
    ArchiveWriter,
    BackupError,
    BadArchive,
    Progress,
    Target,
    read_archive,
)
from forum.site.operations.stored_files import FileRow, live_rows, named_files, stored_files

#: What an archive of another form would say.
FORMAT = 2
FILES = "files/"
#: How often the database is dumped at most, until all that it names was there to be read.
_ATTEMPTS = 3

_DATABASES = {"postgresql": postgresql_dumps, "sqlite": sqlite_dumps}


def create_backup(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Write an archive of the database and all files to ``path``; return its manifest.

    It is written beside and named ``path`` once it is whole: what stands there before, and
    whoever copies it, never has half of one. ``progress`` is told the bytes of each file. Raise
    BackupError where the database has no people, or names files that are not there.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with (
            TemporaryDirectory(prefix=".foirail-backup-", dir=path.parent) as folder,
            open(part, "wb", opener=_private) as file,
        ):
            # Without headers of a size of their own, which readers must have in memory.
            with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
                manifest = _write_parts(ArchiveWriter(tar, progress), Path(folder))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def check_archive(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Read all of an archive and return its manifest.

    Raise BadArchive where it is not whole, of another kind of database than this site's, or
    made by a later version of the code.
    """
    with TemporaryDirectory(prefix="foirail-backup-") as folder:
        target = Path(folder) / database_module().FILE_NAME
        return read_backup(path, progress, lambda name: target if name == target.name else None)


def database_module() -> Any:
    """The module that dumps this kind of database."""
    return _DATABASES[connection.vendor]


def _private(path: str, flags: int) -> int:
    """Open for writing what only its owner may read: it holds all that is said in private."""
    return os.open(path, flags, 0o600)


def _write_parts(archive: ArchiveWriter, folder: Path) -> dict[str, Any]:
    """Write files, then the database, once all that it names is there; return the manifest.

    A file that goes meanwhile is in the archive where it was read before. Else the manifest
    says that it was deleted, if its row is gone, too; if not, the database is dumped anew, a
    few times.
    """
    dump = folder / database_module().FILE_NAME
    _add_files(archive)
    for _attempt in range(_ATTEMPTS):
        dump.unlink(missing_ok=True)
        created_at = timezone.now()
        database_module().dump(dump)
        _check_people(dump)
        _add_files(archive)
        missing = _missing_files(dump, archive.names)
        if not missing or {*missing.values()}.isdisjoint(named_files(live_rows).values()):
            break
    else:
        raise BackupError(_missing_words(missing, f"are not in {settings.MEDIA_ROOT}"))
    archive.add_file(dump.name, dump)
    applied = MigrationLoader(connection).applied_migrations
    manifest = {
        "format": FORMAT,
        "created_at": created_at.isoformat(),
        "database": connection.vendor,
        "migrations": sorted(".".join(name) for name in applied),
        "deleted_files": sorted(missing),
    }
    archive.finish(manifest)
    return manifest


def _add_files(archive: ArchiveWriter) -> None:
    for name, path in stored_files():
        if f"{FILES}{name}" not in archive.names:
            archive.add_file(f"{FILES}{name}", path)


def read_backup(path: Path, progress: Progress, target: Target) -> dict[str, Any]:
    """Read all of an archive, its parts to ``target``; raise BadArchive as it deserves."""
    manifest, parts = read_archive(path, progress, target)
    _check_manifest(manifest)
    name = database_module().FILE_NAME
    if foreign := [it for it in parts - {name} if not it.startswith(FILES)]:
        raise BadArchive(f"It holds what no backup does: {foreign[0]}")
    dump = target(name)
    if name not in parts or dump is None:
        raise BadArchive(f"It has no database: {name} is missing.")
    database_module().check_dump(dump)
    try:
        _check_people(dump)
        deleted = {*manifest.get("deleted_files", ())}
        missing = _missing_files(dump, parts).keys() - deleted
    except (ValueError, TypeError, SuspiciousOperation) as error:
        raise BadArchive(f"Its database cannot be read: {error}") from error
    if missing:
        raise BadArchive(_missing_words(missing, "are not in it"))
    return manifest


def _check_manifest(manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise BadArchive("It is of a form that this version does not know.")
    vendor, migrations = manifest.get("database"), manifest.get("migrations")
    is_ours = isinstance(migrations, list) and all(isinstance(it, str) for it in migrations)
    if not (is_ours and isinstance(manifest.get("created_at"), str)):
        raise BadArchive("Its manifest is not as a backup writes it.")
    if vendor != connection.vendor:
        raise BadArchive(f"It holds a {vendor} database; this is {connection.vendor}.")
    known = {".".join(name) for name in MigrationLoader(None).disk_migrations}
    if unknown := set(migrations or ()) - known:
        raise BadArchive(f"It was made by a later version: {', '.join(sorted(unknown)[:5])}")


def _check_people(dump: Path) -> None:
    """Raise BadArchive unless the database in ``dump`` has people."""
    people = database_module().read_rows(dump, get_user_model()._meta.db_table, ("id",))
    if next(iter(people), None) is None:
        name = connection.settings_dict["NAME"]
        raise BadArchive(f"Its database has no people, or no tables (DATABASE_URL: {name}).")


def _missing_files(dump: Path, parts: Set[str]) -> dict[str, FileRow]:
    """The files that the database in ``dump`` names and ``parts`` do not have, and its rows."""
    named = named_files(partial(database_module().read_rows, dump))
    return {name: row for name, row in named.items() if f"{FILES}{name}" not in parts}


def _missing_words(missing: Collection[str], where: str) -> str:
    named = ", ".join(sorted(missing)[:5])
    return f"Its database names {len(missing)} files that {where}: {named}"
