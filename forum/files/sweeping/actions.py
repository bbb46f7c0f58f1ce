"""Deleting what is left over: files without a post, those of deleted posts, lost objects."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from forum.files.actions import delete_rows
from forum.files.models import StoredFile
from forum.files.objects.actions import delete_objects
from forum.files.storage import post_file_storage

#: Rows of one transaction.
_BATCH = 100
#: An object that is younger may be of a row that is being written.
_SETTLED = timedelta(hours=1)


def sweep() -> int:
    """Delete what is left over; return how many rows and objects. Safe to do twice."""
    return _delete_unused_rows() + _delete_lost_objects()


def _delete_unused_rows() -> int:
    """Files that no post or draft took in time; those of deleted posts, if any are left."""
    before = timezone.now() - timedelta(days=settings.FORUM_RETENTION["unused_files"])
    unused = Q(post=None, draft=None, created_at__lt=before) | Q(post__deleted_at__isnull=False)
    count = 0
    while pks := list(StoredFile.objects.filter(unused).values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic(durable=True):
            count += delete_rows(StoredFile.objects.filter(unused, pk__in=pks))
    return count


def _delete_lost_objects() -> int:
    """Objects that no row names, once they are old enough."""
    storage, count = post_file_storage(), 0
    for names in batched(_old_object_names(storage), _BATCH, strict=False):
        keys = {re.split("[-.]", name.rpartition("/")[2])[0] for name in names}
        rows = StoredFile.objects.filter(key__in=keys)
        wanted = {name for row in rows for name in row.object_names}
        lost = [name for name in names if name not in wanted]
        delete_objects(lost)
        count += len(lost)
    return count


def _old_object_names(storage: Storage) -> Iterator[str]:
    before = timezone.now() - _SETTLED
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:  # Nothing was ever sent.
        return
    for folder in sorted(folders):
        _folders, files = storage.listdir(folder)
        for name in sorted(files):
            path = f"{folder}/{name}"
            if storage.get_modified_time(path) < before:
                yield path
