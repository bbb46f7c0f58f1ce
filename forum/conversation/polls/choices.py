"""What polls ask for, the choices that are dates, and what may come of each and of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import read_moment
from accounts.base.time_zones import span_words


class ResultsShown(TextChoices):
    """When, and to whom, the results of an open poll are shown; once closed, to all."""

    ALWAYS = "always", _("À tout moment, à qui lit le fil")
    VOTED = "voted", _("À qui a voté, puis à tous une fois le sondage clos")
    CLOSED = "closed", _("Une fois le sondage clos")


class Majority(TextChoices):
    """The part of the votes that a choice must have to be adopted; without, the most votes."""

    ABSOLUTE = "absolute", _("Plus de la moitié des votes")
    TWO_THIRDS = "two_thirds", _("Les deux tiers des votes")
    COLLEGES = "colleges", _("Plus de la moitié des votes de chaque collège")


class PollOutcome(TextChoices):
    """What came of a poll whose voters are frozen; "" where votes alone were asked for."""

    ADOPTED = "adopted", _("«\u00a0%(choice)s\u00a0» est retenu")
    NO_MAJORITY = "no_majority", _("aucun choix n’a la majorité")
    NO_QUORUM = "no_quorum", _("quorum non atteint (%(colleges)s)")
    CUT_SHORT = "cut_short", _("vote interrompu avant son dernier jour, il ne décide rien")
    UNCOUNTED = "uncounted", _("moins de cinq bulletins, ils ne sont pas comptés")


class CountedOutcome(NamedTuple):
    """An outcome, the number of the choice that is adopted, colleges that lack a quorum."""

    kind: str
    choice: int | None = None
    lacking: tuple[int, ...] = ()


class ChoiceResult(NamedTuple):
    """What became of one choice; ``percent``: of those who voted.

    ``date``: where the choice is one, with how many come if need be, and how many do not.
    """

    text: str
    vote_count: int
    percent: int
    date: ProposedDate | None = None
    if_needed_count: int = 0
    no_count: int = 0
    is_best: bool = False


class ProposedDate(NamedTuple):
    """When a poll about dates proposes to meet."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str

    def __str__(self) -> str:
        return span_words(*self)

    @property
    def meeting_query(self) -> str:
        """What the address of the form of a meeting takes to show it."""
        start, end = self.starts_at.isoformat(), self.ends_at.isoformat()
        return urlencode({"debut": start, "fin": end, "heure": self.time_zone})


def results_of(
    texts: Sequence[str],
    dates: Sequence[ProposedDate],
    votes: Iterable[tuple[list[int], list[int], int]],
) -> list[ChoiceResult]:
    """What became of the choices with these ``texts``, which are ``dates`` or none.

    ``votes``: the numbers chosen, those that come if need be, and of how many votes.
    """
    counts: Counter[int] = Counter()
    if_needed: Counter[int] = Counter()
    voters = 0
    for chosen, also, count in votes:
        voters += count
        for counted, numbers in (counts, chosen), (if_needed, also):
            for number in numbers:
                counted[number] += count
    results = [
        ChoiceResult(text, counts[number], round(100 * counts[number] / (voters or 1)))
        for number, text in enumerate(texts, 1)
    ]
    for number, date in enumerate(dates, 1):
        nays = voters - counts[number] - if_needed[number]
        results[number - 1] = results[number - 1]._replace(
            date=date, if_needed_count=if_needed[number], no_count=nays
        )
    return _with_best(results)


def _with_best(results: list[ChoiceResult]) -> list[ChoiceResult]:
    """``results``, of dates with the best marked: fewest do not come, then most say yes."""
    best = max((-it.no_count, it.vote_count) for it in results)
    return [
        it._replace(
            is_best=bool(it.date and (it.vote_count or it.if_needed_count))
            and (-it.no_count, it.vote_count) == best
        )
        for it in results
    ]


def proposed_dates(
    starts: Iterable[str], minutes: int | None, time_zone: str
) -> list[ProposedDate]:
    """The dates that begin at ``starts``, in ISO 8601, and take so many ``minutes``."""
    moments = filter(None, map(read_moment, starts))
    length = timedelta(minutes=minutes or 0)
    return [ProposedDate(start, start + length, time_zone) for start in moments]
