"""What tells that the notifications of a person may have changed."""

from django.db import models

#: The ``person_id`` of what changes for everybody: no person has it.
EVERYBODY = 0


class NotificationChange(models.Model):
    """Something that the notifications of a person, or of everybody, are found in changed.

    Only the triggers of ``forum/conversation/inbox/triggers.py`` add rows, each with a random
    number. The sum of those of a person is another one whenever a row came, in whatever order
    transactions commit; and since nobody writes a row twice, nobody waits for another's.
    """

    person_id = models.BigIntegerField()
    token = models.FloatField()
    #: Whether a subscription brought a thread: it rings, and is no notification to mail.
    is_of_follow = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["person_id", "token"], name="notification_change")]

    def __str__(self):
        return f"{self.pk}: {self.person_id or 'everybody'}"
