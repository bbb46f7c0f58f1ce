"""What mails of every kind have that are sent once by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class OutgoingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Mails that wait, or were sent."""

    def due(self) -> Self:
        """Those to be sent by now, the oldest first."""
        waiting = self.filter(settled_at=None, due_at__lte=timezone.now())
        return waiting.order_by("due_at", "pk")


class OutgoingMail(models.Model):
    """A mail to a person that is sent once: ``actions.py`` claims it, sends and settles it.

    ``settled_at``: when it was sent, or was not to be sent any more; ``was_sent`` says which,
    and ``was_refused`` whether a mail server will never take it. ``queue``: what mails of the
    kind are called on the page of those who look after the site.
    """

    queue: ClassVar[StrOrPromise]

    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    was_sent = models.BooleanField(default=False)
    was_refused = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
