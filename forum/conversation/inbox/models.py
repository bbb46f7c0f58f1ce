"""Which notifications were read, and what tells that those of a person may have changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import PrivacyNotice
from accounts.base.inbox_watch import InboxWatch

#: Characters of what a notification is marked as read by: 128 bits.
KEY_LENGTH = 32
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
    #: Whether a subscription brought a thread, or one was read: it is nothing to mail.
    is_of_follow = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["person_id", "token"], name="notification_change")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.person_id or 'everybody'}"


class NotificationRead(models.Model):
    """A person has read the notifications of a ``key`` (``Notification.key``) up to a moment.

    ``User.inbox_read_at`` says up to when they have read all: what is older has no row.
    """

    # The constraint below is an index on it as well.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=KEY_LENGTH)
    until = models.DateTimeField()

    inbox_watches = (InboxWatch("person", on="INSERT UPDATE", is_of_follow=True),)
    not_exported: ClassVar = {"person": "digests of addresses, gone as one reads the inbox"}
    privacy_notices = (
        PrivacyNotice(
            _("Ce que vous avez lu de votre boîte de réception"),
            _("Ne plus vous le signaler : contrat"),
            _("Jusqu’à ce que tout y soit lu ; personne d’autre ne le voit"),
            position=8,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_read_a_notification")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.key} until {self.until}"
