"""The files that rows name, below the folder ``FORUM_FILES``, which a backup must hold."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage
from django.db import connection
from django.db.models import FileField

from forum.conversation.files.models import StoredFile
from forum.conversation.files.storage import post_file_storage
from forum.site.operations.archives import is_part_name

#: Columns of a table, row by row.
#: The table and the id of a row that names a file.
type FileRow = tuple[str, str]
type RowReader = Callable[[str, tuple[str, ...]], Iterable[tuple[Any, ...]]]


def stored_files() -> Iterator[tuple[str, Path]]:
    """Each file that there is: its name below the folder, and where it is.

    What has no name of ours is left out: a storage's own, or what a restoration set aside.
    """
    place = Path(settings.MEDIA_ROOT)
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if is_part_name(name) and path.is_file() and not path.is_symlink():
            yield name, path


def live_rows(table: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The ``columns`` of all rows of ``table`` in the database of the site: a RowReader."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")  # noqa: S608
        while rows := cursor.fetchmany(1_000):
            yield from rows


def named_files(read_rows: RowReader) -> dict[str, FileRow]:
    """The names, below the folder, of all files that the rows name, and which row does.

    None of a bucket, nor parts of uploads that are not finished: whoever sends them may take
    them back meanwhile.
    """
    named = {}
    for storage, name, row in _named_objects(read_rows):
        try:
            path = Path(storage.path(name))
        except NotImplementedError:  # A bucket has no paths, and copies of its own.
            continue
        named[path.relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix()] = row
    return named


def _named_objects(read_rows: RowReader) -> Iterator[tuple[Storage, str, FileRow]]:
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                columns = str(field.column), str(model._meta.pk.column)
                for name, pk in read_rows(table, columns):
                    if name:
                        yield field.storage, name, (table, str(pk))
    storage, table = post_file_storage(), StoredFile._meta.db_table
    for pk, key, widths in read_rows(table, ("id", "key", "widths")):
        row = StoredFile(key=key)
        for width in json.loads(widths):
            yield storage, row.object_name(width), (table, str(pk))
