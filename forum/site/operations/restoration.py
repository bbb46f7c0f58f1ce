"""Restoring a backup: what it replaces is set aside until an operator deletes it.

Everything is moved, never copied: the files within their folder, which may be a mount of its
own, and the database beside itself. ``put_back`` undoes a restoration, or what one that was
interrupted has done; ``discard_replaced`` ends one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

from forum.site.operations.archives import BackupError, Progress
from forum.site.operations.backups import FILES, database_module, read_backup

#: Folders of FORUM_FILES, in which no file of the site is hidden. What came lies in the first
#: until it takes its place; what was there in one of the others, by how far the restoration is:
#: it is being moved, all of it was, what came has taken its place.
INCOMING = ".incoming"
MOVING, MOVED, REPLACED = _STATES = ".moving", ".moved", ".replaced"


def restore_backup(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Put the database and the files of an archive in place of those there are.

    The archive is read whole first, and unpacked beside: until all of it is there, the site
    stays as it was. What it replaces is set aside. Return the manifest; raise BadArchive as
    ``check_archive`` does, BackupError where what was replaced before is still set aside.
    """
    if is_replaced():
        raise BackupError(
            "What an earlier restoration replaced is still set aside: restore --undo puts it "
            "back, restore --discard deletes it."
        )
    place = Path(settings.MEDIA_ROOT)
    incoming = place / INCOMING
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True, mode=0o700)
    is_empty = not (has_people() or _children(place))
    try:
        manifest = read_backup(path, progress, lambda name: incoming / name)
        with _undone_on_error():
            _move_children(place, place / MOVING)
            (place / MOVING).rename(place / MOVED)
            database_module().set_aside()
            database_module().restore(incoming / database_module().FILE_NAME)
            _move_children(incoming / FILES, place)
            (place / MOVED).rename(place / REPLACED)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    if is_empty:  # Nothing was replaced.
        discard_replaced()
    return manifest


def is_replaced() -> bool:
    """Whether what a restoration replaced, or began to replace, is set aside."""
    place = Path(settings.MEDIA_ROOT)
    return any((place / it).exists() for it in _STATES) or database_module().is_set_aside()


def put_back() -> None:
    """Have what was set aside again; what came instead is deleted."""
    place = Path(settings.MEDIA_ROOT)
    database_module().put_back()
    for state in (MOVED, REPLACED):
        if (place / state).exists():
            for child in _children(place):
                shutil.rmtree(child) if child.is_dir() else child.unlink()
            (place / state).rename(place / MOVING)
    _move_children(place / MOVING, place)
    shutil.rmtree(place / MOVING, ignore_errors=True)


def discard_replaced() -> None:
    """Delete what was set aside, for good.

    Raise BackupError where there is nothing, or what should replace it is not there.
    """
    folder = Path(settings.MEDIA_ROOT) / REPLACED
    if not folder.exists():
        raise BackupError("No restoration that came to its end has set anything aside.")
    database_module().discard()
    shutil.rmtree(folder)


def has_people() -> bool:
    """Whether somebody has an account here; True of a database that cannot be read."""
    people = get_user_model()
    try:
        is_there = people._meta.db_table in connection.introspection.table_names()
        return is_there and people._default_manager.exists()
    except DatabaseError:
        return True


@contextmanager
def _undone_on_error() -> Iterator[None]:
    try:
        yield
    except BaseException:
        put_back()
        raise


def _children(place: Path) -> list[Path]:
    return [it for it in place.iterdir() if it.name not in (INCOMING, *_STATES)]


def _move_children(place: Path, target: Path) -> None:
    """Move all that ``place`` holds, if it is there, to ``target``."""
    target.mkdir(mode=0o700, exist_ok=True)
    for child in _children(place) if place.exists() else ():
        child.rename(target / child.name)
