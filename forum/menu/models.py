"""What tells that menus changed."""

from django.db import models


class MenuVersion(models.Model):
    """A random number, drawn anew whenever what menus show of spaces and topics changes.

    Whatever is kept under it is never out of date: not even after a change is undone. There is
    one row at most, which only the triggers of ``forum/menu/triggers.py`` write.
    """

    token = models.FloatField()

    def __str__(self):
        return str(self.token)
