"""TODO."""

from django.db import models


class RightsChange(models.Model):
    """Change ``number`` of anybody's rights: of one person's, or (None) of everybody's.

    Only the database writes these, by ``accounts/viewers/triggers.py``: without gaps, in the order
    of the commits, the last thousand.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    person_id = models.BigIntegerField(null=True)

    def __str__(self):
        return f"{self.number}: {self.person_id or 'everybody'}"
