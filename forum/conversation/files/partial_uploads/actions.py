"""Sending a file in parts: each is kept as it comes, and the file goes on from there.

The object of a part is written before the row names it, and deleted by a task after the row no
longer does, as those of files are.
"""

from __future__ import annotations

from contextlib import suppress
from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import require
from forum.conversation.files.actions import delete_rows
from forum.conversation.files.file_types import HEAD_SIZE
from forum.conversation.files.models import StoredFile
from forum.conversation.files.names import clean_name
from forum.conversation.files.objects.actions import copy_object, delete_objects, write_object
from forum.conversation.files.objects.tasks import delete_stored_objects
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.partial_uploads.queries import stored_file
from forum.conversation.files.querysets import own_drafts
from forum.conversation.files.quotas import require_space_for_part, require_within_quotas
from forum.conversation.files.storage import storage_errors
from forum.conversation.files.uploads.refusals import (
    FileRefused,
    require_acceptable,
    require_what_it_says,
)
from forum.conversation.threads.queries import lock_active_account


class PartMismatch(Exception):
    """What was sent is not the part that is waited for; ``received`` bytes are there."""

    def __init__(self, received: int) -> None:
        """With what is there."""
        super().__init__(received)
        self.received = received


@transaction.atomic(durable=True)
def begin_upload(
    actor: Viewer, key: UUID, name: str, size: int, fingerprint: str = ""
) -> PartialUpload | StoredFile:
    """Begin to take a file of ``actor`` in parts, or go on with it; return its row.

    Where all of it has come under this ``key``, return the file that it is.

    An upload that has the same ``fingerprint``, name and size goes on under this ``key``, and
    no longer under its own. All bytes count for the quota of ``actor`` from now on. Raise
    FileRefused where the file would not be taken, Refused where ``actor`` may write nowhere.
    """
    require(rules.may_start_thread(actor), _("Signez la charte pour envoyer un fichier."))
    name = clean_name(name)
    require_acceptable(name, size)
    lock_active_account(actor)  # Of two that begin at once, one sees the other.
    if (stored := stored_file(actor, key)) is not None:
        return stored
    own = PartialUpload.objects.visible_to(actor)
    same = own.filter(name=name, size=size)
    if (known := own.filter(key=key).first()) is not None:
        if not same.filter(pk=known.pk).exists():
            raise FileRefused(_("Choisissez un fichier."))
        return known
    if fingerprint:
        same_file = same.filter(fingerprint=fingerprint).select_for_update()
        if (begun := same_file.order_by("-received", "pk").first()) is not None:
            begun.key, begun.updated_at = key, timezone.now()
            begun.save(update_fields=["key", "updated_at"])
            return begun
    require_within_quotas(actor, name, size)
    return PartialUpload.objects.create(
        owner_id=actor.person_id or 0, seat_id=actor.seat_id, key=key, name=name, size=size,
        fingerprint=fingerprint,
    )  # fmt: skip


def keep_part(
    actor: Viewer, key: UUID, offset: int, part: UploadedFile[bytes]
) -> PartialUpload:
    """Store the bytes of a file of ``actor`` that begin at ``offset``; return its row.

    Raise PartMismatch where they are not those that are waited for, with nothing of them kept;
    FileRefused where the file is not what its name says, which ends the upload, or where there
    is no room left; StorageFailed
    where they cannot be kept now; PartialUpload.DoesNotExist where there is no such upload.
    """
    own = PartialUpload.objects.visible_to(actor)
    row = own.get(key=key)
    _require_next(row, offset, part)
    if offset == 0:
        try:
            require_what_it_says(row.name, part.read(HEAD_SIZE))
        except FileRefused:
            delete_uploads(own.filter(pk=row.pk))
            raise
        part.seek(0)
    require_space_for_part(actor, row.name, row.next_part_size)
    name = write_object(row.part_object_name(), part)
    try:
        with transaction.atomic(durable=True):
            row = own.select_for_update().get(key=key)  # Of two at once, one is too late.
            _require_next(row, offset, part)
            row.parts.append(name)
            row.received += part.size or 0
            row.updated_at = timezone.now()
            row.save(update_fields=["parts", "received", "updated_at"])
    except (PartMismatch, PartialUpload.DoesNotExist):
        with suppress(*storage_errors()):  # Else it is swept.
            delete_objects([name])
        raise
    return row


def join_parts(row: PartialUpload, whole: IO[bytes]) -> None:
    """Write all parts of ``row``, one after the other, into ``whole``.

    Raise StorageFailed where they cannot be read now. Where one is lost the upload goes on
    from there, and from its beginning where they are not what came: raise PartMismatch.
    Raise PartialUpload.DoesNotExist where it is over.
    """
    for position, name in enumerate(row.parts):
        try:
            copy_object(name, whole)
        except FileNotFoundError:
            raise PartMismatch(_go_back(row, position)) from None
    if whole.tell() != row.size:
        raise PartMismatch(_go_back(row, 0))


def end_upload(actor: Viewer, row: PartialUpload) -> None:
    """Delete ``row``, whose file is being stored: part of that transaction.

    Raise PartialUpload.DoesNotExist where it is gone, or another goes on with it.
    """
    own = PartialUpload.objects.visible_to(actor).select_for_update()
    _delete_uploads(own.filter(pk=own.get(key=row.key).pk))


def cancel_upload(actor: Viewer, key: UUID) -> None:
    """Delete what has come of the file of ``actor`` with this ``key``.

    Where just now all of it has, the file goes that nothing has got yet.
    """
    with transaction.atomic(durable=True):
        _delete_uploads(PartialUpload.objects.visible_to(actor).filter(key=key))
        stored = StoredFile.objects.filter(own_drafts(actor), draft=None, upload_key=key)
        delete_rows(stored)


def delete_uploads_of(person_id: int) -> None:
    """Delete what a person has begun to send: their account is being closed."""
    with transaction.atomic(durable=True):
        _delete_uploads(PartialUpload.objects.filter(owner=person_id))


def delete_uploads(rows: QuerySet[PartialUpload]) -> int:
    """Delete ``rows``, and their objects once that is committed; return how many."""
    with transaction.atomic(durable=True):
        return _delete_uploads(rows)


def _delete_uploads(rows: QuerySet[PartialUpload]) -> int:
    locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
    PartialUpload.objects.filter(pk__in=[row.pk for row in locked]).delete()
    if names := [name for row in locked for name in row.parts]:
        delete_stored_objects.enqueue(names)  # It is written with what it is about.
    return len(locked)


def _go_back(row: PartialUpload, count: int) -> int:
    """Reduce ``row`` to its first ``count`` parts; return how many bytes it then has."""
    with transaction.atomic(durable=True):
        current = PartialUpload.objects.select_for_update().get(pk=row.pk)
        if current.parts == row.parts:
            delete_stored_objects.enqueue(row.parts[count:])
            current.parts = row.parts[:count]
            current.received = row.size_of_parts(count)
            current.save(update_fields=["parts", "received"])
    return current.received


def _require_next(row: PartialUpload, offset: int, part: UploadedFile[bytes]) -> None:
    if (offset, part.size) != (row.received, row.next_part_size) or row.is_whole:
        raise PartMismatch(row.received)
