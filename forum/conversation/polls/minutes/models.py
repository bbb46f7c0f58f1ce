"""What came of polls that decide."""

from __future__ import annotations

from functools import partial
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility
from forum.conversation.consultations.models import seen
from forum.conversation.polls.choices import PollOutcome


class PollMinutesQuerySet(visibility.VisibleQuerySet["PollMinutes"]):
    """Minutes of polls, seen where these are."""

    rule = staticmethod(partial(seen, prefix="poll__"))

    def adopted(self) -> Self:
        """Those that adopted a choice."""
        return self.filter(poll__outcome=PollOutcome.ADOPTED)

    def newest_first(self) -> Self:
        """The last decided first."""
        return self.order_by("-decided_at", "-poll_id")


class PollMinutes(models.Model):
    """What came of ``poll``, written once, as it was counted; ``digest``: of its minutes.

    ``leading``: the numbers of the choices with most votes, none where there is none.
    """

    poll = models.OneToOneField("forum.Poll", models.CASCADE, related_name="written_minutes")
    decided_at = models.DateTimeField(default=timezone.now)
    leading = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    objects = PollMinutesQuerySet.as_manager()
    inbox_watches = (InboxWatch("poll__voters__organisation__seats__person"),)

    class Meta:
        indexes = [models.Index(fields=["decided_at", "poll"], name="poll_minutes_by_date")]

    def __str__(self) -> str:
        return str(self.poll_id)

    @property
    def leading_choices(self) -> list[str]:
        """The choices with most votes; several where they had the same number."""
        choices = dict(self.poll.choice_list)
        return [choices[number] for number in self.leading]
