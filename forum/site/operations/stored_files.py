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


def named_files(read_rows: RowReader) -> set[str]:
    """The names, below the folder, of all files that the rows name; none of a bucket.

    Nor parts of uploads that are not finished: whoever sends them may take them back meanwhile.
    """
    names = set()
    for storage, name in _named_objects(read_rows):
        try:
            path = Path(storage.path(name))
        except NotImplementedError:  # A bucket has no paths, and copies of its own.
            continue
        names.add(path.relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix())
    return names


def _named_objects(read_rows: RowReader) -> Iterator[tuple[Storage, str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                for (name,) in read_rows(model._meta.db_table, (field.column,)):
                    if name:
                        yield field.storage, name
    storage = post_file_storage()
    for key, widths in read_rows(StoredFile._meta.db_table, ("key", "widths")):
        row = StoredFile(key=key)
        yield from ((storage, row.object_name(it)) for it in json.loads(widths))
