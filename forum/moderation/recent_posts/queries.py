"""What a person, or all who wait with them, wrote lately; what was hidden at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from accounts.models import Seat, User
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.threads.models import Post
from forum.moderation.measures.models import Measure, MeasureKind

#: What is lately.
PERIOD = timedelta(hours=24)


def authors_with(person: User) -> QuerySet[User]:
    """``person``, and who waits for a seat in an organisation where they wait for one."""
    waiting = Seat.objects.unconfirmed()
    organisations = waiting.filter(person=person).values("organisation")
    others = waiting.filter(organisation__in=organisations).values("person")
    return User.objects.filter(pk=person.pk) | User.objects.filter(pk__in=others)


def recent_posts(viewer: Viewer, authors: QuerySet[User]) -> QuerySet[Post]:
    """The posts of ``authors`` of the last 24 hours that are shown to ``viewer`` or wait."""
    held = Post.objects.visible_to(viewer, visibility.held_posts)
    seen = Post.objects.visible_to(viewer) | held
    recent = seen.filter(author__in=authors.values("pk"))
    recent = recent.filter(created_at__gt=timezone.now() - PERIOD)
    return recent.exclude(author=viewer.person_id)


def hidden_at_once(viewer: Viewer, person: User) -> QuerySet[Any, Any]:
    """What was hidden together with posts of ``person``, and still is.

    Rows of ``starts_at``, ``taken_by``, their name, ``first``, the id of one measure, and
    ``number``, how many there are.
    """
    hiding = Measure.objects.visible_to(viewer).in_force().filter(kind=MeasureKind.HIDE_POST)
    moments = hiding.filter(person=person).values("starts_at")
    together = hiding.filter(starts_at__in=moments).order_by("-starts_at")
    rows = together.values("starts_at", "taken_by", "taken_by__full_name")
    return rows.annotate(first=Min("pk"), number=Count("pk")).filter(number__gt=1)


def measures_together(
    viewer: Viewer, taken_by_id: int | None, at: datetime
) -> QuerySet[Measure]:
    """The measures in force by which one animator hid posts of others at one moment."""
    hiding = Measure.objects.visible_to(viewer).in_force().filter(kind=MeasureKind.HIDE_POST)
    together = hiding.filter(taken_by=taken_by_id, starts_at=at)
    return together.exclude(person=viewer.person_id).order_by("pk")
