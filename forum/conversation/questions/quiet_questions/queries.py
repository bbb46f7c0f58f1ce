"""Questions that have been quiet for a while, and what their askers are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.questions.quiet_questions.models import QuestionReminder
from forum.conversation.threads.kinds import ANSWERED, UNANSWERED, quiet
from forum.models import Post, Thread

#: The replies among which one says which settles the question.
MAX_REPLIES = 20


def quiet_since(at: datetime | None = None) -> datetime:
    """The moment since which nobody has written in a question that is quiet at ``at``."""
    return (at or timezone.now()) - timedelta(days=settings.FORUM_QUIET_DAYS)


def unanswered_quiet() -> Q:
    """The condition that a question has been quiet since it was asked."""
    return quiet(quiet_since()) & UNANSWERED


def answered_quiet() -> Q:
    """The condition that a question with replies is quiet, and not settled."""
    return quiet(quiet_since()) & ANSWERED


def was_asked_again() -> Exists:
    """The condition that a thread was put to those who know its topic, since it was quiet."""
    asked = ThreadAddressee.objects.filter(thread=OuterRef("pk"), origin=Origin.QUIET)
    return Exists(asked)


def waiting_questions(viewer: Viewer, at: Any) -> QuerySet[Thread]:
    """The quiet questions without a reply that ``viewer`` sees, for the animator dashboard."""
    days = timedelta(days=settings.FORUM_QUIET_DAYS)
    quiet_at = ExpressionWrapper(F("last_posted_at") + days, DateTimeField())
    seen = Thread.objects.visible_to(viewer).filter(UNANSWERED, accepted=None)
    return seen.filter(LessThanOrEqual(quiet_at, at or Now()))


def reminders_of(rights: Any, person_id: int, at: Any) -> QuerySet[QuestionReminder]:
    """The questions of the person of which they are asked whether they are settled.

    Of those that were handed over, who carries them on is asked.
    """
    seats = Seat.objects.representing(at).filter(person=person_id)
    own = Q(thread__author=person_id, thread__assignee=None)
    own |= Q(thread__assignee__in=seats.values("pk"))
    reminders = QuestionReminder.objects.visible_to(rights).filter(own, postponed_at=None)
    reminders = reminders.filter(
        thread__kind="question", thread__is_locked=False, thread__accepted=None,
        thread__settled_at=None, thread__last_posted_at__lte=F("asked_at"),
    )  # fmt: skip
    return reminders.select_related("thread__space").order_by("-asked_at")


def replies_to_choose(viewer: Viewer, thread: Thread) -> QuerySet[Post]:
    """The replies of ``thread`` that ``viewer`` sees, the newest first."""
    replies = Post.objects.visible_to(viewer).filter(thread=thread, number__gt=1)
    return replies.with_byline().select_related("thread").order_by("-number")[:MAX_REPLIES]
