"""What models declare about themselves, for those who ask all models."""

from django.db import models


class Addressable(models.Model):
    """A model whose rows an address or a form names, and that may be gone when acted upon.

    Its DoesNotExist, raised by a view or an action, is answered with a 404.
    """

    class Meta:
        abstract = True
