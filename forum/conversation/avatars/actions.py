"""Choosing and removing the photo of a person, and the logo of an organisation.

As of files of posts: an object is written before its row, and deleted after it by a task.
"""

from __future__ import annotations

from io import BytesIO
from secrets import token_hex
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import Organisation, User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import lock_organisation
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.avatars.rules import logo_reason, may_choose_logo
from forum.conversation.files.file_types import HEAD_SIZE, image_format
from forum.conversation.files.names import clean_name
from forum.conversation.files.objects.actions import StorageFailed, delete_objects, write_object
from forum.conversation.files.objects.tasks import delete_stored_objects
from forum.conversation.files.preparing.image_program import ImageRefused
from forum.conversation.files.preparing.images import prepare_avatar
from forum.conversation.files.uploads.refusals import FileRefused, require_acceptable
from forum.conversation.threads.queries import lock_active_account

if TYPE_CHECKING:
    pass


def choose_photo(actor: Viewer, upload: UploadedFile[bytes]) -> None:
    """Make ``upload`` the photo of ``actor``.

    Raise FileRefused where it is not taken; Refused where they are suspended or silenced.
    """
    name = _write_avatar(upload, "photo")
    try:
        with transaction.atomic(durable=True):
            lock_active_account(actor)
            _set_photo(actor.person_id, name)
    except BaseException:
        delete_objects([name])
        raise


@transaction.atomic(durable=True)
def remove_own_photo(actor: Viewer) -> None:
    """Remove the photo of ``actor``."""
    remove_photo(actor.person_id)


@transaction.atomic
def remove_photo(person_id: int | None) -> None:
    """Remove the photo of a person: in the transaction of who does it, if any."""
    _set_photo(person_id, "")


def choose_logo(actor: Viewer, organisation: Organisation, upload: UploadedFile[bytes]) -> None:
    """Make ``upload`` the logo of ``organisation``.

    Raise FileRefused where it is not taken; Refused where ``actor`` may not choose it.
    """
    name = _write_avatar(upload, "logo")
    try:
        with transaction.atomic(durable=True):
            _set_logo(actor, organisation, name)
    except BaseException:
        delete_objects([name])
        raise


@transaction.atomic(durable=True)
def remove_logo(actor: Viewer, organisation: Organisation) -> None:
    """Remove the logo of ``organisation``; raise Refused where ``actor`` may not."""
    _set_logo(actor, organisation, "")


def _set_photo(person_id: int | None, name: str) -> None:
    _replace(lock_row(User, person_id), "photo", name)


def _set_logo(actor: Viewer, organisation: Organisation, name: str) -> None:
    """Anyone who represents it may. What an animator does is logged, for who represents it."""
    lock_active_account(actor)
    organisation = lock_organisation(organisation.pk)
    require(may_choose_logo(actor, organisation), logo_reason())
    _replace(organisation, "logo", name)
    if actor.is_animator and not organisation.seats.filter(person=actor.person_id).exists():
        action = LoggedAction.CHANGE_LOGO
        record_action(action, actor.person_id, organisation_id=organisation.pk)


def _replace(row: User | Organisation, field: str, name: str) -> None:
    if before := getattr(row, field).name:
        delete_stored_objects.enqueue([before])  # It is written with what it is about.
    type(row)._base_manager.filter(pk=row.pk).update(**{field: name})


def _write_avatar(upload: UploadedFile[bytes], kind: str) -> str:
    """Write the object that is made of ``upload``; return its name."""
    require_acceptable(clean_name(upload.name or ""), upload.size or 0)
    content = upload.read()
    try:
        if image_format(content[:HEAD_SIZE]) is None:
            raise ImageRefused("unreadable")
        made = File(BytesIO(prepare_avatar(content, kind)))
    except ImageRefused as refused:
        raise FileRefused(_refusal(str(refused))) from None
    try:
        return write_object(f"avatars/{token_hex(8)}.webp", made)
    except StorageFailed:
        failed = FileRefused(_("L’image ne peut pas être gardée pour l’instant. Réessayez."))
        failed.status = 503
        raise failed from None


def _refusal(reason: str) -> str:
    if reason == "too-large":
        return _("Cette image est trop grande. Enregistrez-la plus petite, puis choisissez-la.")
    return _("Ce fichier n’est pas une image lisible. Choisissez une image JPEG ou PNG.")
