"""Objects of the storage: written before rows name them, deleted once none does."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from forum.files.storage import post_file_storage, storage_errors

log = logging.getLogger("forum")


class StorageFailed(Exception):
    """The storage does not take an object now; the text is for whoever sent it."""


def write_object(name: str, content: File[Any]) -> str:
    """Write an object; return its name. Raise StorageFailed, with nothing of it left."""
    storage = post_file_storage()
    try:
        return storage.save(name, content)
    except storage_errors() as error:
        log.error("A file could not be stored: %s", error)
        with suppress(*storage_errors()):  # Else it is swept.
            storage.delete(name)
        raise StorageFailed(
            _(
                "Les fichiers ne peuvent pas être enregistrés pour l’instant. Votre texte est "
                "gardé : réessayez dans un moment."
            )
        ) from error


def delete_objects(names: Iterable[str]) -> None:
    """Delete these objects; those that are gone are passed over."""
    storage = post_file_storage()
    for name in names:
        storage.delete(name)
