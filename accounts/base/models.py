"""What models of several features are."""

from django.db import models


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
