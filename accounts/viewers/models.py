"""The log of changes of rights, which the database writes."""

from django.db import models


class RightsChange(models.Model):
    """Change ``number`` of the rights of one person, or of everybody (``person_id`` None).

    Only the triggers of ``accounts/viewers/triggers.py`` write these rows: without gaps, in
    the order of the commits. The last thousand are kept.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    person_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.number}: {self.person_id or 'everybody'}"
