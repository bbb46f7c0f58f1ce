"""Where files of posts lie: no web server hands them out by itself, our view asks first."""

from functools import cache
from importlib.util import find_spec
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


@cache
def storage_errors() -> tuple[type[Exception], ...]:
    """What is raised where the storage does not answer or refuses: a folder, or a bucket."""
    if not find_spec("boto3"):
        return (OSError,)
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    return OSError, Boto3Error, BotoCoreError, ClientError
