"""Storing the files that people send, for posts to come."""

from __future__ import annotations

import hashlib
from secrets import token_hex

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import require
from forum.conversation.files.file_types import HEAD_SIZE, OCTETS, image_endings, media_type_of
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.names import clean_name, ending_of
from forum.conversation.files.objects.actions import delete_objects, write_object
from forum.conversation.files.partial_uploads.actions import end_upload, join_parts
from forum.conversation.files.partial_uploads.models import PartialUpload
from forum.conversation.files.quotas import require_within_quotas
from forum.conversation.files.tasks import prepare_file
from forum.conversation.files.uploads.refusals import (
    FileRefused,
    require_acceptable,
    require_what_it_says,
)
from forum.conversation.threads.queries import lock_active_account


def store_file(
    actor: Viewer, upload: UploadedFile[bytes], ended: PartialUpload | None = None
) -> StoredFile:
    """Store what ``actor`` sent, for a post to come; return its row.

    ``ended``: the upload in parts that it was, which is over.

    Raise FileRefused where it is not taken: too large, of another kind than its name says or
    than are taken here, or more than there is room for; Refused where they may write nowhere;
    StorageFailed where it cannot be kept now.
    """
    require(rules.may_start_thread(actor), _("Signez la charte pour envoyer un fichier."))
    name, size = clean_name(upload.name or ""), upload.size or 0
    require_acceptable(name, size)
    upload.seek(0)
    require_what_it_says(name, upload.read(HEAD_SIZE))
    row = unsaved_file(actor.person_id or 0, upload, name, seat_id=actor.seat_id)
    row.upload_key = ended.key if ended else None
    require_within_quotas(actor, name, size, besides=ended)
    row.content.name = write_object(row.object_name(), upload)
    try:
        with transaction.atomic(durable=True):
            lock_active_account(actor)  # Of two sent at once, one sees the other.
            if ended:
                end_upload(actor, ended)
            require_within_quotas(actor, name, size)
            row.save(force_insert=True)
            if row.needs_preparing:
                prepare_file.enqueue(str(row.pk))
    except BaseException:
        delete_objects([row.content.name])
        raise
    return row


def complete_upload(actor: Viewer, ended: PartialUpload) -> StoredFile:
    """Store the file whose parts are all there; return its row.

    Raise as ``store_file`` does, where FileRefused ends the upload; PartMismatch where a part
    was lost; PartialUpload.DoesNotExist where it is over, since another request was quicker or
    it was cancelled.
    """
    with TemporaryUploadedFile(ended.name, OCTETS, ended.size, None) as whole:
        join_parts(ended, whole)
        try:
            return store_file(actor, whole, ended)
        except FileRefused:
            with transaction.atomic(durable=True):
                end_upload(actor, ended)
            raise


def unsaved_file(
    owner_id: int, upload: UploadedFile[bytes], name: str, seat_id: int | None = None
) -> StoredFile:
    """The row of ``upload``, whose clean ``name`` is known and may be what it says."""
    ending = ending_of(name)
    is_image = ending in image_endings()
    row = StoredFile(
        owner_id=owner_id, seat_id=seat_id, name=name, size=upload.size or 0,
        media_type="image/webp" if is_image else media_type_of(ending), is_image=is_image,
        sha256=_hash_of(upload), key=token_hex(16), state=FileState.READY,
    )  # fmt: skip
    if is_image or settings.FORUM_CLAMAV:
        row.state = FileState.PREPARING
    return row


def _hash_of(upload: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
