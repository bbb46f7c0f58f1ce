"""What pages tell of posts a week, and of how soon questions are answered."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from forum.base import visibility

#: The Monday on which week 0 began. Weeks begin on Mondays at midnight, UTC.
FIRST_MONDAY = date(1969, 12, 29)


def week_of(day: date) -> int:
    """The number of the week that ``day`` is in."""
    return (day - FIRST_MONDAY).days // 7


def monday_of(week: int) -> date:
    """The day on which the week of this number begins."""
    return FIRST_MONDAY + timedelta(weeks=week)


class WeeklyPostCountQuerySet(visibility.VisibleQuerySet["WeeklyPostCount"]):
    """Weekly post counts, for readers."""

    rule = staticmethod(partial(visibility.spaces, prefix="space__"))


class WeeklyPostCount(models.Model):
    """The number of shown posts of one organisation in one thread in one week, if any.

    Of posts in one's own name ``organisation`` is None. Threads that are removed have no row.
    Only the triggers of ``forum/finding/statistics/triggers.py`` write these rows, which are
    changed by whoever has locked the thread: so no reply waits for one in another thread.
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="+", db_index=False
    )
    #: By the numbers of ``week_of``.
    week = models.IntegerField()
    topic = models.ForeignKey("forum.Topic", models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey("forum.Space", models.CASCADE, related_name="+", db_index=False)
    count = models.IntegerField()

    objects = WeeklyPostCountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("thread"), F("week"), Coalesce("organisation", 0), name="one_weekly_count"
            )
        ]
        indexes = [
            models.Index("topic", "week", "space", name="weekly_count_by_topic"),
            models.Index("space", "week", name="weekly_count_by_space"),
            models.Index("organisation", "week", "space", name="weekly_count_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}, {self.week}: {self.count}"


class AskedQuestionQuerySet(visibility.VisibleQuerySet["AskedQuestion"]):
    """Asked questions, for readers."""

    rule = staticmethod(partial(visibility.spaces, prefix="space__"))


class AskedQuestion(models.Model):
    """A question that is not removed: where and when it was asked, and first answered.

    ``organisation`` is that of the asker's seat, None where they asked in their own name.
    ``answered_at`` is when the first of the shown replies of others was written. Only the
    triggers of ``forum/finding/statistics/triggers.py`` write these rows.
    """

    thread = models.OneToOneField(
        "forum.Thread", models.CASCADE, primary_key=True, related_name="asked_question"
    )
    topic = models.ForeignKey("forum.Topic", models.CASCADE, related_name="+", db_index=False)
    space = models.ForeignKey("forum.Space", models.CASCADE, related_name="+", db_index=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.CASCADE, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = AskedQuestionQuerySet.as_manager()

    class Meta:
        # Each holds all that is read of a year of questions.
        indexes = [
            models.Index("topic", "asked_at", "space", "answered_at", name="asked_by_topic"),
            models.Index("space", "asked_at", "answered_at", name="asked_by_space"),
            models.Index("asked_at", name="question_by_date"),
            models.Index("asked_at", condition=Q(answered_at=None), name="asked_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.answered_at}"
