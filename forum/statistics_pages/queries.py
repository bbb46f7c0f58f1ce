"""What animators see of the network's exchanges: figures of what they themselves may read."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import College, DirectorySeat, Organisation, Territory
from accounts.viewers.viewers import Viewer
from forum.models import Post, Topic
from forum.spaces.queries import in_visible_spaces
from forum.statistics.models import AskedQuestion, WeeklyPostCount, monday_of, week_of
from forum.statistics.queries import YEAR, AnswerFigures, answer_figures, middle_answers

#: An organisation is silent that wrote nothing in so many weeks, half a year.
SILENT_WEEKS = 26
#: How long one is new after one's seat was confirmed.
NEW_FOR = timedelta(days=60)


class TopicFigures(NamedTuple):
    """A topic with its questions of a year, if any, and how many of all wait for an answer."""

    topic: Topic
    answers: AnswerFigures | None
    waiting: int


class ExchangeFigures(NamedTuple):
    """Of a college or a territory, the questions of a year.

    ``asked``: by its organisations; ``received``: of these, those that another organisation
    answered; ``given``: of others' questions, those that its organisations answered.
    """

    owner: College | Territory
    asked: int
    received: int
    given: int
    organisation_count: int = 0
    answering_count: int = 0


def topic_figures(viewer: Viewer) -> list[TopicFigures]:
    """Those topics of which a question was asked within a year or waits, in their order."""
    rows = middle_answers(_asked(viewer), "topic").order_by("topic", "delay")
    answers = {pk: answer_figures(found) for pk, found in groupby(rows, lambda row: row[0])}
    waiting = _waiting(viewer).order_by().values_list("topic").annotate(Count("pk"))
    counts = dict(waiting)
    return [
        TopicFigures(topic, answers.get(topic.pk), counts.get(topic.pk, 0))
        for topic in Topic.objects.order_by("order", "pk")
        if topic.pk in answers or topic.pk in counts
    ]


def waiting_questions(viewer: Viewer, topic: str = "") -> QuerySet[Any, int]:
    """The ids of the questions that nobody answered, oldest first; of a topic by its slug."""
    found = _waiting(viewer)
    if topic:
        pk = Topic.objects.filter(slug=topic).order_by().values("pk")[:1]
        found = found.filter(topic=Subquery(pk))
    return found.order_by("asked_at", "pk").values_list("pk", flat=True)


def silent_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """The member organisations without a post in half a year, those with the newest seat first.

    Each with ``newest_seat_at`` and ``last_week``, the number of the week of its last post.
    """
    written = WeeklyPostCount.objects.visible_to(viewer, in_visible_spaces)
    written = written.filter(organisation=OuterRef("pk")).order_by()
    newest = DirectorySeat.objects.representing().filter(organisation=OuterRef("pk"))
    newest = newest.order_by().values("organisation").annotate(at=Max("confirmed_at"))
    last = written.values("organisation").annotate(week=Max("week"))
    first_week = week_of(timezone.now().date()) - SILENT_WEEKS + 1
    members = Organisation.objects.in_network().select_related("college")
    members = members.filter(~Exists(written.filter(week__gte=first_week)))
    return members.annotate(
        newest_seat_at=Subquery(newest.values("at")), last_week=Subquery(last.values("week"))
    ).order_by(F("newest_seat_at").desc(nulls_last=True), "folded_name", "pk")


def add_last_monday(organisation: Any) -> None:
    """Say when the week of its last post began: ``last_monday``, None where there is none."""
    week = organisation.last_week
    organisation.last_monday = None if week is None else monday_of(week)


def newcomers(viewer: Viewer) -> QuerySet[DirectorySeat]:
    """The seats confirmed of late whose holders wrote nothing yet, the newest first."""
    posts = Post.objects.visible_to(viewer).filter(author=OuterRef("person")).order_by()
    seats = DirectorySeat.objects.representing().with_active_holder()
    seats = seats.filter(~Exists(posts), confirmed_at__gte=timezone.now() - NEW_FOR)
    seats = seats.select_related("person", "organisation__college")
    return seats.order_by("-confirmed_at", "pk")


def college_figures(viewer: Viewer) -> list[ExchangeFigures]:
    """The exchanges of every college, by name."""
    found = _exchanges(viewer, "college")
    answering = _given(viewer).values_list("organisation__college")
    answered = dict(answering.annotate(Count("organisation", distinct=True)))
    members = Organisation.objects.in_network().order_by().values_list("college")
    counts = dict(members.annotate(Count("pk")))
    return [
        ExchangeFigures(
            one, *found.get(one.pk, (0, 0, 0)), counts.get(one.pk, 0), answered.get(one.pk, 0)
        )
        for one in sorted(College.objects.all(), key=str)
    ]


def territory_figures(viewer: Viewer) -> dict[int, tuple[int, int, int]]:
    """``{territory id: (asked, received, given)}``, as of ``ExchangeFigures``, if any."""
    return _exchanges(viewer, "territories")


def _asked(viewer: Viewer) -> QuerySet[AskedQuestion]:
    """The visible questions of a year."""
    asked = AskedQuestion.objects.visible_to(viewer, in_visible_spaces)
    return asked.filter(asked_at__gte=timezone.now() - YEAR).order_by()


def _waiting(viewer: Viewer) -> QuerySet[AskedQuestion]:
    """The visible questions that nobody answered, and that one may still answer."""
    asked = AskedQuestion.objects.visible_to(viewer, in_visible_spaces)
    return asked.filter(answered_at=None, thread__is_locked=False, thread__accepted=None)


def _given(viewer: Viewer) -> QuerySet[WeeklyPostCount]:
    """What organisations wrote in the visible questions of a year that others asked."""
    written = WeeklyPostCount.objects.visible_to(viewer, in_visible_spaces)
    asker = "thread__asked_question__organisation"
    others = Q((asker, None)) | ~Q(organisation=F(asker))
    since = timezone.now() - YEAR
    return written.filter(
        others, organisation__isnull=False, thread__asked_question__asked_at__gte=since
    ).order_by()


def _exchanges(viewer: Viewer, path: str) -> dict[int, tuple[int, int, int]]:
    """``{id: (asked, received, given)}`` of what ``path`` of an organisation leads to."""
    place = f"organisation__{path}"
    others = WeeklyPostCount.objects.filter(
        thread=OuterRef("pk"), organisation__isnull=False
    ).exclude(organisation=OuterRef("organisation"))
    asked = _asked(viewer).filter(**{f"{place}__isnull": False}).values_list(place)
    total = Count("pk", distinct=True)
    received = Count("pk", filter=Q(Exists(others)), distinct=True)
    rows = asked.annotate(total=total, received=received)
    counts = {pk: [total, received, 0] for pk, total, received in rows}
    given = _given(viewer).filter(**{f"{place}__isnull": False}).values_list(place)
    for pk, count in given.annotate(Count("thread", distinct=True)):
        counts.setdefault(pk, [0, 0, 0])[2] = count
    return {pk: (asked, received, given) for pk, (asked, received, given) in counts.items()}
