"""What organisations and territories ask, answered and told, and so can testify on.

All through ``visible_to(viewer)``: two people may read different pages of one territory.
Whose it is, is told by ``seats``: their ids, or a queryset of them where that is short.
"""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

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
    """The replies to others' questions, newest first, with ``is_accepted``.

    Which they are is read first, so that only they are read whole.
    """
    replies = Post.objects.visible_to(viewer).filter(
        seat__in=seats, thread__kind=ThreadKind.QUESTION, number__gt=1
    )
    newest = replies.exclude(thread__seat__in=seats).order_by("-created_at", "-pk")
    pks = list(newest.values_list("pk", flat=True)[:MAX_SHOWN])
    rows = Post.objects.visible_to(viewer).filter(pk__in=pks)
    rows = rows.annotate(is_accepted=Q(thread__accepted=F("pk"))).defer("text", "html")
    rows = rows.select_related("thread__topic", "seat__organisation")
    return rows.order_by("-created_at", "-pk")


def expertise_topics(viewer: Viewer, seats: Seats) -> list[Topic]:
    """The topics that these seats can testify on, with how many times how.

    ``experience_count``: experiences told; ``accepted_count``: answers accepted;
    ``declared_count``: people of today who declared it.
    """
    experiences = _threads(viewer, seats).filter(kind=ThreadKind.EXPERIENCE)
    accepted = Post.objects.visible_to(viewer).filter(seat__in=seats, thread__accepted=F("pk"))
    people = Seat.objects.representing().filter(pk__in=seats).values("person")
    declared = Expertise.objects.visible_to(viewer).filter(person__in=people)
    counts = _counts_by("experience_count", experiences, "topic").union(
        _counts_by("accepted_count", accepted, "thread__topic"),
        _counts_by("declared_count", declared, "topic"),
        all=True,
    )
    found: dict[int, dict[str, int]] = {}
    for topic_id, name, count in counts:
        found.setdefault(topic_id, dict.fromkeys(_COUNT_NAMES, 0))[name] = count
    topics = Topic.objects.filter(pk__in=found).order_by("order", "pk")
    return [_with_counts(topic, found[topic.pk]) for topic in topics]


_COUNT_NAMES = ("experience_count", "accepted_count", "declared_count")


def _threads(viewer, seats):
    return Thread.objects.visible_to(viewer).filter(seat__in=seats)


def _counts_by(name, rows, topic):
    """A row for each topic of ``rows``: its id, ``name``, how many there are."""
    return rows.order_by().values_list(topic, Value(name)).annotate(Count("pk"))


def _with_counts(topic, counts):
    for name, count in counts.items():
        setattr(topic, name, count)
    return topic
