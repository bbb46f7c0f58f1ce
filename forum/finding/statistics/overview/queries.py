"""What animators see of the network's exchanges: figures of what they themselves may read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.base.text import fold
from accounts.models import College, DirectorySeat, Organisation, Territory
from accounts.viewers.viewers import Viewer
from forum.base.spaces.queries import in_visible_spaces
from forum.finding.statistics.models import AskedQuestion, WeeklyPostCount, monday_of, week_of
from forum.finding.statistics.queries import YEAR, AnswerFigures, answer_figures, middle_answers
from forum.models import Post, Topic

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


class Exchanges:
    """Who asked what in a year, and who answered whom: what organisations did, not people."""

    def __init__(self, viewer: Viewer) -> None:
        """Read them, as ``viewer`` sees them."""
        asked = _asked(viewer).filter(organisation__isnull=False)
        self._asked = list(asked.values_list("pk", "organisation"))
        asker = "thread__asked_question__organisation"
        given = _given(viewer).values_list("thread", asker, "organisation").distinct()
        self._given = list(given)

    def of_colleges(self) -> list[ExchangeFigures]:
        """The figures of every college, by name."""
        members = Organisation.objects.order_by().values_list("pk", "college")
        owners = {pk: [college] for pk, college in members}
        figures = self._figures(owners)
        in_network = Organisation.objects.in_network().order_by()
        college_of = dict(in_network.values_list("pk", "college"))
        counts = Counter(college_of.values())
        answered = {answerer for _question, _asker, answerer in self._given}
        answering = Counter(college_of[pk] for pk in answered & college_of.keys())
        return [
            ExchangeFigures(
                one, *figures.get(one.pk, (0, 0, 0)), counts[one.pk], answering[one.pk]
            )
            for one in sorted(College.objects.all(), key=lambda college: fold(str(college)))
        ]

    def of_territories(self) -> dict[int, tuple[int, int, int]]:
        """``{id: (asked, received, given)}`` of the territories that have any."""
        owners: dict[int, list[int]] = {}
        acting = Organisation.territories.through.objects.order_by()
        for organisation, territory in acting.values_list("organisation", "territory"):
            owners.setdefault(organisation, []).append(territory)
        return self._figures(owners)

    def _figures(self, owners: dict[int, list[int]]) -> dict[int, tuple[int, int, int]]:
        """The same of the ``owners`` of organisations, ``{organisation id: ids}``."""
        sets: dict[int, tuple[set[int], set[int], set[int]]] = {}

        def add(organisation, which, question):
            for pk in owners.get(organisation, ()):
                sets.setdefault(pk, (set(), set(), set()))[which].add(question)

        for question, asker in self._asked:
            add(asker, 0, question)
        for question, asker, answerer in self._given:
            add(asker, 1, question)
            add(answerer, 2, question)
        return {pk: (len(one), len(two), len(three)) for pk, (one, two, three) in sets.items()}


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
        others,
        organisation__isnull=False,
        week__gte=week_of(since.date()),
        thread__asked_question__asked_at__gte=since,
    ).order_by()
