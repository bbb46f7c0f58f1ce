"""Who asked what in a year, and who answered whom: what organisations did, not people.

All is counted by the database, in one statement that reads the year's exchanges once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.base.text import fold
from accounts.models import College, Organisation, Territory
from accounts.viewers.viewers import Viewer
from forum.base.spaces.queries import in_visible_spaces
from forum.finding.statistics.models import WeeklyPostCount, week_of
from forum.finding.statistics.overview.queries import asked_questions
from forum.finding.statistics.queries import YEAR


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


class Exchanges:
    """The exchanges of a year, as ``viewer`` sees them."""

    def __init__(self, viewer: Viewer) -> None:
        """Read and count them."""
        self._figures: dict[int, dict[int, list[int]]] = {_COLLEGE: {}, _TERRITORY: {}}
        self._answering = set()
        for kind, owner, place, count in _counted(viewer):
            if kind == _ANSWERING:
                self._answering.add(owner)
            else:
                self._figures[kind].setdefault(owner, [0, 0, 0])[place] = count

    def of_colleges(self) -> list[ExchangeFigures]:
        """The figures of every college, by name."""
        in_network = Organisation.objects.in_network().order_by()
        rows = in_network.values_list("pk", "college")
        members: dict[int, list[int]] = {}
        for pk, college_id in rows:
            members.setdefault(college_id, []).append(pk)
        figures = []
        for college in sorted(College.objects.all(), key=lambda it: fold(str(it))):
            asked, received, given = self._figures[_COLLEGE].get(college.pk, (0, 0, 0))
            own = members.get(college.pk, ())
            answering = len(self._answering.intersection(own))
            figures.append(
                ExchangeFigures(college, asked, received, given, len(own), answering)
            )
        return figures

    def of_territories(self) -> Mapping[int, tuple[int, int, int]]:
        """``{id: (asked, received, given)}`` of the territories that have any."""
        rows = self._figures[_TERRITORY].items()
        return {pk: (asked, received, given) for pk, (asked, received, given) in rows}


#: What is counted of: colleges, territories; and the organisations that answered.
_COLLEGE, _TERRITORY, _ANSWERING = range(3)
_ORGANISATIONS = Organisation._meta.db_table
_TERRITORIES = Organisation.territories.through._meta.db_table
_COUNTS = f"""
acting (organisation, kind, owner) AS (
  SELECT id, {_COLLEGE}, college_id FROM {_ORGANISATIONS}
  UNION ALL SELECT organisation_id, {_TERRITORY}, territory_id FROM {_TERRITORIES}
)
SELECT kind, owner, 0, COUNT(*) FROM asked JOIN acting ON organisation = asker
  GROUP BY kind, owner
UNION ALL
SELECT kind, owner, 1, COUNT(DISTINCT question) FROM given JOIN acting ON organisation = asker
  GROUP BY kind, owner
UNION ALL
SELECT kind, owner, 2, COUNT(DISTINCT question) FROM given
  JOIN acting ON organisation = answerer GROUP BY kind, owner
UNION ALL
SELECT DISTINCT {_ANSWERING}, answerer, 0, 0 FROM given
"""  # noqa: S608


def _counted(viewer: Viewer) -> list[tuple[int, int, int, int]]:
    """Rows of a kind, an owner, and which of its figures is how large."""
    questions = asked_questions(viewer).filter(organisation__isnull=False)
    parts = questions.values_list("pk", "organisation"), _given(viewer)
    (asked_sql, asked_params), (given_sql, given_params) = (
        it.query.sql_with_params() for it in parts
    )
    sql = (
        f"WITH asked (question, asker) AS ({asked_sql}),"  # noqa: S608
        f" given (question, asker, answerer) AS ({given_sql}), {_COUNTS}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked_params, *given_params])
        rows: list[tuple[int, int, int, int]] = cursor.fetchall()
        return rows


def _given(viewer: Viewer) -> QuerySet[WeeklyPostCount, tuple[Any, ...]]:
    """Of each visible question of a year: who asked it, and who else wrote in it."""
    counts = WeeklyPostCount.objects.visible_to(viewer, in_visible_spaces)
    asker = "thread__asked_question__organisation"
    others = Q((asker, None)) | ~Q(organisation=F(asker))
    since = timezone.now() - YEAR
    counts = counts.filter(
        others,
        organisation__isnull=False,
        week__gte=week_of(since.date()),
        thread__asked_question__asked_at__gte=since,
    )
    return counts.order_by().values_list("thread", asker, "organisation").distinct()
