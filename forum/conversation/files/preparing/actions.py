"""Preparing files: re-encode images, render first pages of PDFs, ask ClamAV, if any."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from accounts.base.locks import lock_row
from forum.base import events
from forum.conversation.files.actions import show_files
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.names import with_ending
from forum.conversation.files.objects.actions import StorageFailed, delete_objects, write_object
from forum.conversation.files.preparing.clamav import is_infected
from forum.conversation.files.preparing.image_program import ImageRefused
from forum.conversation.files.preparing.images import (
    PreparedImage,
    draw_first_page,
    prepare_image,
)
from forum.conversation.files.storage import storage_errors
from forum.conversation.threads.models import Post, Thread


def prepare(pk: str) -> FileState | None:
    """Prepare the file ``pk``; return how it ended, None where there is nothing to do.

    Safe to do twice, and to be killed: new objects have names of their own until the row names
    them, and the old ones go once it does not.
    """
    row = StoredFile.objects.filter(pk=pk).first()
    if row is None or not row.needs_preparing:
        return None
    with row.content.open("rb") as file:
        content = file.read()
    if row.state == FileState.PREPARING and settings.FORUM_CLAMAV and is_infected(content):
        return _finish(row, refusal="infected")
    if row.is_pdf:
        return _finish_pdf(row, content)
    if not row.is_image:
        return _finish(row)
    try:
        image = prepare_image(content)
    except ImageRefused as refused:
        return _finish(row, refusal=str(refused))
    return _finish(row, image=image)


def _finish_pdf(row: StoredFile, content: bytes) -> FileState | None:
    """Mark a PDF ready, with its first page where that can be rendered."""
    try:
        page = draw_first_page(content)
    except ImageRefused:
        return FileState.READY if row.state == FileState.READY else _finish(row)
    current = StoredFile.objects.filter(pk=row.pk).first()
    if current is None or not current.needs_preparing:  # Deleted, or another was quicker.
        return FileState(current.state) if current else None
    made = {"widths": sorted(page.versions), **_shape_of(page), "state": FileState.READY}
    names = {row.object_name(width): version for width, version in page.versions.items()}
    delete_objects(names)  # Who was killed may have left a part of one.
    _write_objects(names)
    if not _save(row.pk, made):
        delete_objects(names)
        return None
    return FileState.READY


def _finish(
    row: StoredFile, refusal: str = "", image: PreparedImage | None = None
) -> FileState | None:
    before = row.object_names
    state = FileState.REFUSED if refusal else FileState.READY
    values: dict[str, Any] = {"state": state, "refusal": refusal}
    if image:
        values |= _write_versions(row, image)
    elif refusal:
        values["size"] = 0
    if not _save(row.pk, values):  # It was deleted meanwhile: so are its new objects.
        if image:
            delete_objects(StoredFile(**values).object_names)
        return None
    if image or refusal:
        delete_objects(before)
    return state


def _write_versions(row: StoredFile, image: PreparedImage) -> dict[str, Any]:
    made = StoredFile(key=token_hex(16), widths=sorted(image.versions))
    made.content.name = made.object_name(image.width)
    _write_objects({made.object_name(it): content for it, content in image.versions.items()})
    return {
        "key": made.key,
        "content": made.content.name,
        "widths": made.widths,
        "size": sum(map(len, image.versions.values())),
        "name": with_ending(row.name, "webp"),
        **_shape_of(image),
    }


def _shape_of(image: PreparedImage) -> dict[str, Any]:
    return {"width": image.width, "height": image.height, "colour": image.colour}


def _write_objects(contents: dict[str, bytes]) -> None:
    """Write all of these, or none: then the task is tried again."""
    stored: list[str] = []
    for name, content in contents.items():
        try:
            stored.append(write_object(name, File(BytesIO(content))))
        except StorageFailed:
            with suppress(*storage_errors()):
                delete_objects(stored)
            raise


def _save(pk: UUID, values: dict[str, Any]) -> bool:
    """Write ``values`` of the file, and what its post shows; whether it is still there."""
    for _attempt in range(3):  # It may be given to a post while we wait for a lock.
        row = StoredFile.objects.filter(pk=pk).select_related("post").first()
        if row is None:
            return False
        with transaction.atomic(durable=True):
            thread = lock_row(Thread, row.post.thread_id) if row.post else None
            locked = StoredFile.objects.select_for_update().filter(pk=pk)
            if not locked.filter(post=row.post_id).exists():
                continue
            StoredFile.objects.filter(pk=pk).update(**values)
            if thread:
                post = Post._base_manager.get(pk=row.post_id or 0)
                show_files(post)
                if events.Event.objects.filter(thread=thread, post=post).exists():
                    events.record(thread, post)  # Of posts that were mails nobody is told.
            return True
    raise RuntimeError("The file changes hands too often.")
