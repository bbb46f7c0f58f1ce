"""Storing the files that people send, for posts to come."""

import hashlib
from secrets import token_hex

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum import rules
from forum.files.file_types import (
    HEAD_SIZE,
    accepted_endings,
    image_endings,
    is_what_it_says,
    media_type_of,
)
from forum.files.models import FileState, StoredFile
from forum.files.names import clean_name, ending_of
from forum.files.objects.actions import delete_objects, write_object
from forum.files.quotas import quotas_of, tightest
from forum.files.sizes import size_in_words
from forum.files.tasks import prepare_file
from forum.files.uploads import refusals
from forum.rules import Refused, require
from forum.threads.queries import lock_active_account


class FileRefused(Refused):
    """A file is not taken; the text says why."""

    status = 422


def store_file(actor: Viewer, upload: UploadedFile) -> StoredFile:
    """Store what ``actor`` sent, for a post to come; return its row.

    Raise FileRefused where it is not taken: too large, of another kind than its name says or
    than are taken here, or more than there is room for; Refused where they may write nowhere;
    StorageFailed where it cannot be kept now.
    """
    require(rules.may_start_thread(actor), _("Signez la charte pour envoyer un fichier."))
    name = clean_name(upload.name or "")
    _require_acceptable(name, ending_of(name), upload)
    row = unsaved_file(actor.person_id, upload, name, seat_id=actor.seat_id)
    _check_quotas(actor, upload)
    row.content.name = write_object(row.object_name(), upload)
    try:
        with transaction.atomic(durable=True):
            lock_active_account(actor)  # Of two sent at once, one sees the other.
            _check_quotas(actor, upload)
            row.save(force_insert=True)
            if row.needs_preparing:
                prepare_file.enqueue(str(row.pk))
    except BaseException:
        delete_objects([row.content.name])
        raise
    return row


def unsaved_file(
    owner_id: int, upload: UploadedFile, name: str, seat_id: int | None = None
) -> StoredFile:
    """The row of ``upload``, whose clean ``name`` is known and may be what it says."""
    ending = ending_of(name)
    is_image = ending in image_endings()
    row = StoredFile(
        owner_id=owner_id, seat_id=seat_id, name=name, size=upload.size,
        media_type="image/webp" if is_image else media_type_of(ending), is_image=is_image,
        sha256=_hash_of(upload), key=token_hex(16), state=FileState.READY,
    )  # fmt: skip
    if is_image or settings.FORUM_CLAMAV:
        row.state = FileState.PREPARING
    return row


def _require_acceptable(name, ending, upload):
    if not upload.size:
        raise FileRefused(refusals.empty(name))
    if upload.size > settings.FORUM_FILE_LIMITS["file"]:
        raise FileRefused(refusals.too_large(name, size_in_words(upload.size)))
    if ending not in accepted_endings():
        raise FileRefused(refusals.not_accepted(name))
    upload.seek(0)
    if not is_what_it_says(ending, upload.read(HEAD_SIZE)):
        words = _("« %(name)s » n’est pas ce que dit son nom : un fichier %(type)s.")
        raise FileRefused(words % {"name": name, "type": ending.upper()})


def _check_quotas(actor, upload):
    quota = tightest(quotas_of(actor))
    if quota.remaining < upload.size:
        words = refusals.no_quota_left(clean_name(upload.name or ""))
        raise FileRefused(f"{words} {quota.words}")


def _hash_of(upload):
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
