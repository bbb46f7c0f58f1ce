"""What concerns people, to be mailed to them, and how far its changes were looked through."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.base.outgoing_mail.models import OutgoingMail, OutgoingQuerySet


class NotificationMail(OutgoingMail):
    """The notifications of a person may have something new: it is mailed, if so.

    One waits at most; while it is being sent, another may be planned.
    """

    queue = _("Ce qui concerne chacun")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )

    planned_at = models.DateTimeField(auto_now_add=True)

    objects = OutgoingQuerySet.as_manager()

    not_exported: ClassVar = {"person": "rows of a queue; what was mailed is in the inbox"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(settled_at=None, attempts=0),
                name="one_waiting_mail",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(settled_at=None),
                name="notification_mail_by_due_time",
            ),
            models.Index(fields=["settled_at"], name="notification_mail_by_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.due_at}"


class NotificationMailProgress(models.Model):
    """How far the changes of notifications have been looked through: one row.

    ``before_last``: how far the time before: what came since is looked at again, for ids are
    not in the order of commits.
    """

    last_change = models.PositiveBigIntegerField()
    before_last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last_change)
