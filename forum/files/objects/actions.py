"""Deleting objects of the storage, where no row names them any more."""

from collections.abc import Iterable

from forum.files.storage import post_file_storage


def delete_objects(names: Iterable[str]) -> None:
    """Delete these objects; those that are gone are passed over."""
    storage = post_file_storage()
    for name in names:
        storage.delete(name)
