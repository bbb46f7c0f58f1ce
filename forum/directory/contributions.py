"""What organisations and territories ask, answered and told, and so can testify on.

All through ``visible_to(viewer)``: two people may read different pages of one territory.
Whose it is, is told by ``seats``: their ids, or a queryset of them where that is short.
"""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.models import Expertise, Post, Thread, ThreadKind, Topic

type Seats = list[int] | QuerySet[Seat]

MAX_SHOWN = 10


def seat_ids(**organisations: Any) -> list[int]:
    """The ids of the seats in these organisations, asked once for many short questions.

    Past seats, too: what was said from them stays theirs.
    """
    return list(Seat.objects.filter(**organisations).values_list("pk", flat=True))


def unresolved_questions(viewer: Viewer, seats: Seats) -> QuerySet[Thread]:
    """The questions from these seats that wait for an answer, as rows of a list."""
    waiting = Q(kind=ThreadKind.QUESTION, accepted=None, is_locked=False)
    return _threads(viewer, seats).filter(waiting).for_list()[:MAX_SHOWN]


def experience_threads(viewer: Viewer, seats: Seats) -> QuerySet[Thread]:
    """The experiences told from these seats, as rows of a list."""
    return _threads(viewer, seats).filter(kind=ThreadKind.EXPERIENCE).for_list()[:MAX_SHOWN]


def answers(viewer: Viewer, seats: Seats) -> QuerySet[Post]:
    """The replies to others' questions, newest first, with ``is_accepted``."""
    replies = Post.objects.visible_to(viewer).filter(
        seat__in=seats, thread__kind=ThreadKind.QUESTION, number__gt=1
    )
    rows = replies.exclude(thread__seat__in=seats)
    rows = rows.annotate(is_accepted=Q(thread__accepted=F("pk"))).defer("text", "html")
    rows = rows.select_related("thread__topic", "seat__organisation")
    return rows.order_by("-created_at", "-pk")[:MAX_SHOWN]


def expertise_topics(viewer: Viewer, seats: Seats) -> QuerySet[Topic]:
    """The topics that these seats can testify on, and how many times how.

    ``told`` an experience, had an answer ``accepted``, or someone of today ``declared`` it.
    """
    of_topic = {"topic": OuterRef("pk")}
    experiences = _threads(viewer, seats).filter(kind=ThreadKind.EXPERIENCE, **of_topic)
    accepted = Post.objects.visible_to(viewer).filter(
        seat__in=seats, thread__topic=OuterRef("pk"), thread__accepted=F("pk")
    )
    people = Seat.objects.representing().filter(pk__in=seats).values("person")
    declared = Expertise.objects.visible_to(viewer).filter(person__in=people, **of_topic)
    rows = Topic.objects.annotate(
        experience_count=_count_by(experiences, "topic"),
        accepted_count=_count_by(accepted, "thread__topic"),
        declared_count=_count_by(declared, "topic"),
    )
    some = Q(experience_count__gt=0) | Q(accepted_count__gt=0) | Q(declared_count__gt=0)
    return rows.filter(some).order_by("order", "pk")


def _threads(viewer, seats):
    return Thread.objects.visible_to(viewer).filter(seat__in=seats)


def _count_by(rows, by):
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))
