"""What models of several features are."""

from pathlib import PurePath
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models
from django.urls import reverse


def avatar_storage() -> Storage:
    """The storage of pictures: that of the files of posts (``forum/settings/files.py``)."""
    return storages["files"]


def avatar_field(name: Any) -> models.FileField:
    """The field of a photo or a logo: a square WebP, made of what was sent."""
    return models.FileField(name, storage=avatar_storage, max_length=40, blank=True, default="")


def avatar_address(page: str, owner: object, avatar: object) -> str:
    """The address of ``avatar`` of ``owner`` at ``page``, another for each; "" for none."""
    version = PurePath(str(avatar)).stem
    return f"{reverse(page, args=[owner])}?v={version}" if avatar else ""


class Addressable(models.Model):
    """A model whose rows an address or a form names, and that may be gone when acted upon.

    Its DoesNotExist, raised by a view or an action, is answered with a 404.
    """

    class Meta:
        abstract = True


class CacheVersion(models.Model):
    """A random number, another one whenever something changes that processes cache.

    Whatever is cached under it is never out of date: not even after a change is undone. There
    is one row at most, which only triggers write, with ``triggers.renew_cache_version``.
    """

    token = models.FloatField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.token)
