"""What concerns people, to be mailed to them, and how far its changes were looked through."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.outgoing_mail.models import OutgoingMail, OutgoingQuerySet


class NotificationMail(OutgoingMail):
    """The notifications of a person may have something new: it is mailed, if so."""

    queue = _("Ce qui concerne chacun")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )

    objects = OutgoingQuerySet.as_manager()

    not_exported: ClassVar = {"person": "rows of a queue; what was mailed is in the inbox"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(settled_at=None), name="one_waiting_mail"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at=None), name="notice_by_due_time"
            ),
            models.Index(fields=["settled_at"], name="notice_by_settled_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.due_at}"


class NotificationMailProgress(models.Model):
    """How far the changes of notifications have been looked through: one row."""

    last_change = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.last_change)
