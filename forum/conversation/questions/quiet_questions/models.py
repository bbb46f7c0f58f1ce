"""When the asker of a question was asked whether it is settled."""

from __future__ import annotations

from functools import partial

from django.db import models
from django.utils import timezone

from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility

#: How many times one is asked of a question.
MAX_TIMES = 3


class QuestionReminderQuerySet(visibility.VisibleQuerySet["QuestionReminder"]):
    """Reminders, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class QuestionReminder(models.Model):
    """Whoever owns the question of ``thread`` was asked, some ``times``, whether it is settled.

    ``asked_at``: the last time; ``postponed_at``: when they said that it is not yet.
    """

    thread = models.OneToOneField(
        "forum.Thread", models.CASCADE, primary_key=True, related_name="reminder"
    )
    times = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField(default=timezone.now)
    postponed_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionReminderQuerySet.as_manager()

    inbox_watches = (InboxWatch("thread__author thread__assignee__person", of="thread"),)

    def __str__(self) -> str:
        return f"{self.thread_id}, {self.times}"
