"""What a post keeps of that sending it was undone."""

from django.db import models


class Undoable(models.Model):
    """A post that its author undid, if it ``is_undone``: deleted, and no page shows it."""

    is_undone = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True
