"""What animators see of the network's exchanges: figures of what they themselves may read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import DirectorySeat, Organisation
from accounts.viewers.viewers import Viewer
from forum.base.spaces.queries import in_visible_spaces
from forum.conversation.consent_rounds.choices import RoundOutcome
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.meetings.models import Meeting, Registration
from forum.conversation.polls.minutes.models import PollMinutes
from forum.finding.statistics.models import AskedQuestion, WeeklyPostCount, monday_of, week_of
from forum.finding.statistics.queries import YEAR, AnswerFigures, answer_figures, middle_answers
from forum.models import Post, Topic

if TYPE_CHECKING:
    from accounts.profiles.models import DirectorySeatQuerySet


#: An organisation is silent that wrote nothing in so many weeks, half a year.
SILENT_WEEKS = 26
#: How long one is new after one's seat was confirmed.
NEW_FOR = timedelta(days=60)


class TopicFigures(NamedTuple):
    """A topic with its questions of a year, if any, and how many of all wait for an answer."""

    topic: Topic
    answers: AnswerFigures | None
    waiting: int


def topic_figures(viewer: Viewer) -> list[TopicFigures]:
    """Those topics of which a question was asked within a year or waits, in their order."""
    rows = middle_answers(asked_questions(viewer), "topic").order_by("topic", "delay")
    answers = {pk: answer_figures(group) for pk, group in groupby(rows, lambda row: row[0])}
    waiting = _waiting(viewer).order_by().values_list("topic").annotate(Count("pk"))
    counts = dict(waiting)
    return [
        TopicFigures(topic, answers.get(topic.pk), counts.get(topic.pk, 0))
        for topic in Topic.objects.order_by("order", "pk")
        if topic.pk in answers or topic.pk in counts
    ]


class MeetingFigures(NamedTuple):
    """A topic, or None for all; of a year: meetings held, places taken there, people who came.

    And what was decided in its threads, by rounds and votes, and how much of it was adopted.
    """

    topic: Topic | None
    held: int
    registered: int
    came: int
    decided: int
    adopted: int


def meeting_figures(viewer: Viewer) -> list[MeetingFigures]:
    """Those topics in whose threads one met or decided within a year, in their order; then all.

    Empty where nobody did.
    """
    since = timezone.now() - YEAR
    meetings = Meeting.objects.visible_to(viewer).filter(
        starts_at__gte=since, ends_at__lte=timezone.now(), cancelled_at=None
    )
    registrations = Registration.objects.filter(meeting__in=meetings, placed_at__isnull=False)
    rounds = ConsentRound.objects.visible_to(viewer).filter(decided_at__gte=since)
    votes = PollMinutes.objects.visible_to(viewer).filter(decided_at__gte=since)
    rejected = Q(outcome=RoundOutcome.NOT_ADOPTED)
    counts = [
        _by_topic(meetings, "thread"),
        _by_topic(registrations, "meeting__thread"),
        _by_topic(registrations.filter(attended_at__isnull=False), "meeting__thread"),
        _by_topic(rounds, "thread") + _by_topic(votes, "poll__thread"),
        _by_topic(rounds.exclude(rejected), "thread")
        + _by_topic(votes.adopted(), "poll__thread"),
    ]
    topics = [
        it
        for it in Topic.objects.order_by("order", "pk")
        if it.pk in counts[0] or it.pk in counts[3]
    ]
    rows = [MeetingFigures(it, *(count[it.pk] for count in counts)) for it in topics]
    return [*rows, MeetingFigures(None, *(count.total() for count in counts))] if rows else []


def _by_topic(rows: QuerySet[Any], thread: str) -> Counter[int]:
    """How many of the ``rows`` are of each topic, by its id: that of their ``thread``."""
    numbers = rows.order_by().values_list(f"{thread}__topic").annotate(Count("pk"))
    return Counter(dict(numbers))


def waiting_questions(viewer: Viewer, topic: str = "") -> QuerySet[Any, int]:
    """The ids of the questions that nobody answered, oldest first; of a topic by its slug."""
    questions = _waiting(viewer)
    if topic:
        pk = Topic.objects.filter(slug=topic).order_by().values("pk")[:1]
        questions = questions.filter(topic=Subquery(pk))
    return questions.order_by("asked_at", "pk").values_list("pk", flat=True)


def silent_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """The member organisations without a post in half a year, those with the newest seat first.

    Each with ``newest_seat_at`` and ``last_week``, the number of the week of its last post.
    """
    counts = WeeklyPostCount.objects.visible_to(viewer, in_visible_spaces)
    counts = counts.filter(organisation=OuterRef("pk")).order_by()
    newest = DirectorySeat.objects.representing().filter(organisation=OuterRef("pk"))
    latest = newest.order_by().values("organisation").annotate(at=Max("confirmed_at"))
    last = counts.values("organisation").annotate(week=Max("week"))
    first_week = week_of(timezone.now().date()) - SILENT_WEEKS + 1
    members = Organisation.objects.in_network().select_related("college")
    members = members.filter(~Exists(counts.filter(week__gte=first_week)))
    return members.annotate(
        newest_seat_at=Subquery(latest.values("at")), last_week=Subquery(last.values("week"))
    ).order_by(F("newest_seat_at").desc(nulls_last=True), "folded_name", "pk")


def add_last_monday(organisation: Any) -> None:
    """Set ``last_monday``: when the week of its last post began, None where there is none."""
    week = organisation.last_week
    organisation.last_monday = None if week is None else monday_of(week)


def newcomers(viewer: Viewer) -> DirectorySeatQuerySet:
    """The seats confirmed of late whose holders wrote nothing yet, the newest first."""
    posts = Post.objects.visible_to(viewer).filter(author=OuterRef("person")).order_by()
    seats = DirectorySeat.objects.representing().with_active_holder()
    seats = seats.filter(~Exists(posts), confirmed_at__gte=timezone.now() - NEW_FOR)
    seats = seats.select_related("person", "organisation__college")
    return seats.order_by("-confirmed_at", "pk")


def asked_questions(viewer: Viewer) -> QuerySet[AskedQuestion]:
    """The visible questions of a year."""
    questions = AskedQuestion.objects.visible_to(viewer, in_visible_spaces)
    return questions.filter(asked_at__gte=timezone.now() - YEAR).order_by()


def _waiting(viewer: Viewer) -> QuerySet[AskedQuestion]:
    """The visible questions that nobody answered, and that one may still answer."""
    questions = AskedQuestion.objects.visible_to(viewer, in_visible_spaces)
    return questions.filter(answered_at=None, thread__is_locked=False, thread__accepted=None)
