"""Objects of the storage: written before rows name them, deleted once none does."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from forum.conversation.files.storage import post_file_storage, storage_errors

log = logging.getLogger("forum")


class StorageFailed(Exception):
    """The storage does not answer now; the text is for whoever sent a file."""

    def __init__(self) -> None:
        """With the same words whatever the reason, which the log has."""
        super().__init__(
            _(
                "Les fichiers ne peuvent pas être enregistrés pour l’instant. Votre texte est "
                "gardé : réessayez dans un moment."
            )
        )


def write_object(name: str, content: File[Any]) -> str:
    """Write an object; return its name. Raise StorageFailed, with nothing of it left."""
    storage = post_file_storage()
    try:
        return storage.save(name, content)
    except storage_errors() as error:
        log.error("A file could not be stored: %s", error)
        with suppress(*storage_errors()):  # Else it is swept.
            storage.delete(name)
        raise StorageFailed from error


def copy_object(name: str, target: IO[bytes]) -> None:
    """Write the content of an object into ``target``, a piece at a time.

    Raise FileNotFoundError where it is gone, StorageFailed where it cannot be read now.
    """
    try:
        with post_file_storage().open(name, "rb") as stored:
            for piece in stored.chunks():
                target.write(piece)
    except FileNotFoundError:
        raise
    except storage_errors() as error:
        log.error("A file could not be put together: %s", error)
        raise StorageFailed from error


def delete_objects(names: Iterable[str]) -> None:
    """Delete these objects; those that are gone are passed over."""
    storage = post_file_storage()
    for name in names:
        storage.delete(name)
