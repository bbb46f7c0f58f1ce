"""Deleting what is left over: files without a post, those of deleted posts, uploads that
nobody went on with, lost objects."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import batched

from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.base.parsing import parse_uuid
from accounts.models import Organisation, User
from forum.conversation.files.actions import delete_rows
from forum.conversation.files.models import StoredFile
from forum.conversation.files.objects.actions import delete_objects
from forum.conversation.files.partial_uploads.actions import delete_uploads
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.storage import post_file_storage

#: Rows of one transaction.
_BATCH = 100
#: An object that is younger may be of a row that is being written.
_MIN_AGE = timedelta(hours=1)


def sweep() -> int:
    """Delete what is left over; return how many rows and objects. Safe to do twice."""
    return _delete_unused_rows() + _delete_old_uploads() + _delete_lost_objects()


def _delete_unused_rows() -> int:
    """Delete files that no post or draft took in time, and those left of deleted posts."""
    before = timezone.now() - timedelta(days=settings.FORUM_RETENTION["unused_files"])
    unused = Q(post=None, draft=None, sheet=None, created_at__lt=before)
    unused |= Q(post__deleted_at__isnull=False)
    count = 0
    while pks := list(StoredFile.objects.filter(unused).values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic(durable=True):
            count += delete_rows(StoredFile.objects.filter(unused, pk__in=pks))
    return count


def _delete_old_uploads() -> int:
    """Delete uploads that nobody went on with in time."""
    before = timezone.now() - timedelta(days=settings.FORUM_RETENTION["unfinished_uploads"])
    old = PartialUpload.objects.filter(updated_at__lt=before)
    count = 0
    while pks := list(old.values_list("pk", flat=True)[:_BATCH]):
        count += delete_uploads(old.filter(pk__in=pks))
    return count


def _delete_lost_objects() -> int:
    """Delete objects that no row names, once they are old enough."""
    storage, count = post_file_storage(), 0
    for names in batched(_old_object_names(storage), _BATCH, strict=False):
        wanted = _named_objects({re.split("[-.]", it.rpartition("/")[2])[0] for it in names})
        if avatars := [it for it in names if it.startswith("avatars/")]:
            wanted |= _named_avatars(avatars)
        lost = [name for name in names if name not in wanted]
        delete_objects(lost)
        count += len(lost)
    return count


def _named_objects(keys: set[str]) -> set[str]:
    """The objects, of files and of parts, that rows name whose objects begin so."""
    files = StoredFile.objects.filter(key__in=keys)
    ids = [pk for pk in map(parse_uuid, keys) if pk]
    uploads = PartialUpload.objects.filter(pk__in=ids)
    named = {name for row in files for name in row.object_names}
    return named.union(*(row.parts for row in uploads))


def _named_avatars(names: Collection[str]) -> set[str]:
    """Those of ``names`` that are the photo of a person or the logo of an organisation."""
    of_people = User.objects.filter(photo__in=names).values_list("photo", flat=True)
    logos = Organisation.objects.filter(logo__in=names).values_list("logo", flat=True)
    return {*of_people, *logos}


def _old_object_names(storage: Storage) -> Iterator[str]:
    before = timezone.now() - _MIN_AGE
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:  # Nothing was ever sent.
        return
    for folder in sorted(folders):
        _folders, files = storage.listdir(folder)
        for name in sorted(files):
            path, is_old = f"{folder}/{name}", False
            with suppress(FileNotFoundError):  # Parts come and go.
                is_old = storage.get_modified_time(path) < before
            if is_old:
                yield path
