"""Figures of a topic or a space: posts a week, and how soon its questions are answered.

All of what the viewer sees. What is asked for a page is bounded to weeks and a year, in
indexes, however large the forum is.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Rights, Viewer
from forum.base.spaces.queries import in_visible_spaces
from forum.finding.statistics.models import AskedQuestion, WeeklyPostCount, monday_of, week_of
from forum.models import Space, Topic

#: Weeks that are shown, that of today among them.
WEEKS = 12
#: How long ago questions were asked that are counted.
YEAR = timedelta(days=365)
#: Of fewer questions no share and no median is told.
MIN_QUESTIONS = 5
#: The chart in its own units: each bar, the place that it takes, and the tallest one.
_BAR_WIDTH, _STEP, _HEIGHT = 16, 20, 48


class WeekFigures(NamedTuple):
    """The Monday that a week begins with, and how many posts were written in it."""

    monday: date
    count: int  # type: ignore[assignment]


class Activity(NamedTuple):
    """The posts of each of the last weeks, oldest first; the last is the week of today."""

    weeks: tuple[WeekFigures, ...]

    @property
    def total(self) -> int:
        """All posts of these weeks."""
        return sum(week.count for week in self.weeks)

    @property
    def view_box(self) -> str:
        """The ``viewBox`` of the chart."""
        return f"0 0 {_STEP * WEEKS - (_STEP - _BAR_WIDTH)} {_HEIGHT + 1}"

    @property
    def bars(self) -> str:
        """The bars as the ``d`` of a path: none is lower than a line, none of no posts."""
        most = max(week.count for week in self.weeks)
        return "".join(
            f"M{_STEP * n} {_HEIGHT}v-{max(2, _HEIGHT * week.count // most)}h{_BAR_WIDTH}"
            f"V{_HEIGHT}z"
            for n, week in enumerate(self.weeks)
            if week.count
        )

    @property
    def axis(self) -> str:
        """What the bars stand on, as the ``d`` of a path."""
        return f"M0 {_HEIGHT}.5H{_STEP * WEEKS}"


class AnswerFigures(NamedTuple):
    """Of the questions of a year: how many there are, how many were answered, and how soon.

    ``hours``: half of those that were answered were so within as many, rounded up.
    """

    question_count: int
    answered_count: int
    hours: int

    @property
    def has_share(self) -> bool:
        """Whether there are enough of them to tell a share."""
        return self.question_count >= MIN_QUESTIONS

    @property
    def has_median(self) -> bool:
        """Whether enough of them were answered to tell how soon."""
        return self.answered_count >= MIN_QUESTIONS

    @property
    def percentage(self) -> int:
        """How many of a hundred were answered, rounded down: all are 100, and none else."""
        return 100 * self.answered_count // self.question_count

    @property
    def days(self) -> int:
        """The same as ``hours`` in days, rounded up."""
        return -(-self.hours // 24)


class Statistics(NamedTuple):
    """What a page tells of a topic or a space; each None where there is too little."""

    activity: Activity | None
    answers: AnswerFigures | None


def statistics_of(viewer: Viewer, topic: str = "", space: str = "") -> Statistics | None:
    """The figures of what ``viewer`` sees of the topic, or in the space, of this slug.

    Of both, where both are named; None where there is nothing to tell.
    """
    names = {"topic": topic, "space": space}
    shape = viewer.rights, *(name for name, slug in names.items() if slug)
    week, since = week_of(timezone.now().date()), timezone.now() - YEAR
    first = week - WEEKS + 1
    counts = dict(_WEEKS.rows(*shape, week=first, **names))
    weeks = (WeekFigures(monday_of(n), counts.get(n, 0)) for n in range(first, week + 1))
    answers = answer_figures(_QUESTIONS.rows(*shape, moment=since, **names))
    activity = Activity(tuple(weeks)) if counts else None
    shown = answers if answers and answers.has_share else None
    return Statistics(activity, shown) if activity or shown else None


def answer_figures(rows: Iterable[tuple[Any, ...]]) -> AnswerFigures | None:
    """The figures of ``middle_answers`` of one partition; None where nothing was asked."""
    middle = list(rows)
    if not middle:
        return None
    (*_place, count, answered, _delay) = middle[0]
    delays = [row[-1] for row in middle if row[-1] is not None]
    median = sum(delays, timedelta()) / len(delays) if delays else timedelta()
    return AnswerFigures(count, answered, max(1, -(-median // timedelta(hours=1))))


def middle_answers(questions: QuerySet[Any, Any], *by: str) -> QuerySet[Any, Any]:
    """The one or two questions in the middle, by how soon they were answered.

    Rows of the fields ``by``, for each value of which they are looked for; how many questions
    there are, how many were answered, and how soon this one was, None where none was.
    """
    delay = ExpressionWrapper(F("answered_at") - F("asked_at"), output_field=DurationField())
    parts: dict[str, Any] = {"partition_by": [F(name) for name in by]} if by else {}
    numbered = questions.order_by().annotate(
        delay=delay,
        question_count=Window(Count("pk"), **parts),
        answered_count=Window(Count("answered_at"), **parts),
        twice=2 * Window(RowNumber(), order_by=F("delay").asc(nulls_last=True), **parts),
    )
    # Of seven the fourth, of eight the fourth and the fifth; where none was, the first of all.
    count = F("answered_count")
    middle = numbered.filter(twice__gte=count, twice__lte=count + 2)
    columns = *by, "question_count", "answered_count", "delay"
    rows: QuerySet[Any, Any] = middle.values_list(*columns)
    return rows


def _subject(*named: str, topic: str, space: str) -> Q:
    """The condition of the topic and the space, as far as they are ``named``."""
    slugs: dict[str, tuple[Any, str]] = {"topic": (Topic, topic), "space": (Space, space)}
    condition = Q()
    for name in named:
        model, slug = slugs[name]
        rows = model.objects.filter(slug=slug).order_by()
        condition &= Q((name, Subquery(rows.values("pk")[:1])))
    return condition


def _weeks_queryset(
    rights: Rights, *named: str, week: int, topic: str, space: str
) -> QuerySet[Any, tuple[int, int]]:
    counts = WeeklyPostCount.objects.visible_to(rights, in_visible_spaces)
    counts = counts.filter(_subject(*named, topic=topic, space=space), week__gte=week)
    return counts.order_by().values_list("week").annotate(Sum("count"))


def _questions_queryset(
    rights: Rights, *named: str, moment: datetime, topic: str, space: str
) -> QuerySet[Any, Any]:
    questions = AskedQuestion.objects.visible_to(rights, in_visible_spaces)
    questions = questions.filter(
        _subject(*named, topic=topic, space=space), asked_at__gte=moment
    )
    return middle_answers(questions)


_WEEKS: CompiledQuery[tuple[int, int]] = CompiledQuery(
    _weeks_queryset, "week", "topic", "space"
)
_QUESTIONS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(
    _questions_queryset, "moment", "topic", "space"
)
