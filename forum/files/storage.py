"""Where files of posts lie: no web server hands them out by itself, our view asks first."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages


class PostFileStorage(FileSystemStorage):
    """The folder ``posts`` of ``MEDIA_ROOT``. It has no addresses."""

    @property
    def base_location(self) -> str:
        """The folder, as settings say it."""
        return str(Path(settings.MEDIA_ROOT) / "posts")

    @property
    def location(self) -> str:
        """The folder, from the root."""
        return str(Path(self.base_location).resolve())

    def url(self, name: str | None) -> str:
        """Raise ValueError: files are reached by their posts only."""
        raise ValueError("Files of posts have no address of their own.")


def post_file_storage() -> Storage:
    """The storage of files of posts."""
    return storages["files"]
