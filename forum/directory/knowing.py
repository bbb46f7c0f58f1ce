"""What organisations and territories ask, answered and told, and so can testify on.

All through ``visible_to(viewer)``: two people may read different pages of one territory.
``where`` names whose it is, from an organisation: ``{"pk": 7}``, ``{"territories": 3}``.
"""

from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from forum.directory.listing import confirmed_seats
from forum.models import Kind, Post, Testimony, Thread, Topic

MOST_SHOWN = 10


def asks(viewer, **where):
    """The questions of these organisations that wait for an answer, as rows of a list."""
    waiting = Q(kind=Kind.QUESTION, accepted=None, is_locked=False)
    return _threads(viewer, where).filter(waiting).for_list()[:MOST_SHOWN]


def told(viewer, **where):
    """The experiences of these organisations, as rows of a list."""
    return _threads(viewer, where).filter(kind=Kind.EXPERIENCE).for_list()[:MOST_SHOWN]


def answered(viewer, **where):
    """Their replies to the questions of others, the newest first; one that was accepted
    bears ``is_accepted``.
    """  # noqa: D205
    replies = Post.objects.visible_to(viewer).filter(
        seat__organisation__in=_organisations(where),
        thread__kind=Kind.QUESTION,
        number__gt=1,
    )
    others = replies.exclude(thread__seat__organisation=F("seat__organisation"))
    rows = others.annotate(is_accepted=Q(thread__accepted=F("pk")))
    rows = rows.select_related("thread__topic", "seat__organisation__college")
    return rows.order_by("-created_at", "-pk")[:MOST_SHOWN]


def known_topics(viewer, **where):
    """The topics they can testify on: those with an experience ``told``, an answer that was
    ``accepted``, or someone who ``declared`` it, and how many of each.
    """  # noqa: D205
    organisations = _organisations(where)
    of_topic = {"topic": OuterRef("pk")}
    experiences = _threads(viewer, where).filter(kind=Kind.EXPERIENCE, **of_topic)
    accepted = Post.objects.visible_to(viewer).filter(
        seat__organisation__in=organisations,
        thread__topic=OuterRef("pk"),
        thread__accepted=F("pk"),
    )
    people = confirmed_seats().filter(organisation__in=organisations).values("person")
    declared = Testimony.objects.visible_to(viewer).filter(person__in=people, **of_topic)
    rows = Topic.objects.annotate(
        told=_count(experiences, "topic"),
        accepted=_count(accepted, "thread__topic"),
        declared=_count(declared, "topic"),
    )
    some = Q(told__gt=0) | Q(accepted__gt=0) | Q(declared__gt=0)
    return rows.filter(some).order_by("order", "pk")


def _organisations(where):
    return Organisation.objects.filter(**where).order_by().values("pk")


def _threads(viewer, where):
    return Thread.objects.visible_to(viewer).filter(
        seat__organisation__in=_organisations(where)
    )


def _count(rows, by):
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))
