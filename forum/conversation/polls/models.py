"""Polls of threads, and who votes for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.dates import read_moment
from accounts.base.inbox_watch import InboxWatch
from accounts.base.time_zones import span_words
from accounts.moderation_log.models import LoggedAction
from forum.base import visibility
from forum.base.search_index.models import IndexedTexts
from forum.conversation.consultations.models import (
    Consultation,
    ConsultationQuerySet,
    VoterKind,
    seen,
)

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

MAX_QUESTION_LENGTH, MAX_CHOICE_LENGTH = 200, 120
MIN_CHOICES, MAX_CHOICES = 2, 10
_VOTERS = "voters__organisation__seats__person"


class ResultsShown(models.TextChoices):
    """When, and to whom, the results of an open poll are shown; once closed, to all."""

    ALWAYS = "always", _("À tout moment, à qui lit le fil")
    VOTED = "voted", _("À qui a voté, puis à tous une fois le sondage clos")
    CLOSED = "closed", _("Une fois le sondage clos")


class PollValues(NamedTuple):
    """What the form of a poll says; ``choices``: one a line."""

    question: str
    choices: str
    takes_several: bool = False
    results: str = ResultsShown.ALWAYS
    is_named: bool = False
    closes_on: date | None = None
    starts: tuple[str, ...] = ()
    minutes: int | None = None
    time_zone: str = ""
    voter_kind: str = ""


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


class PollQuerySet(ConsultationQuerySet["Poll"]):
    """Polls."""

    def with_counts(self) -> Self:
        """Polls with ``voter_count``: how many have voted, voters where they are frozen."""
        cast = Count("voters", filter=Q(voters__has_voted=True))
        annotations = {"voter_count": Count("votes") + cast}
        return self.annotate(**annotations)


class Poll(Consultation):
    """``author`` asks the readers of ``thread`` a question, with choices to vote for.

    ``version`` is of its words: nobody votes for others than they read. Where it is about
    dates, ``starts`` has when each of its choices begins, in ISO 8601, and each takes so many
    ``minutes``; ``choices`` has them in words of the site's language, for searches.
    By secret ballot, ``voter_kind`` says who its frozen voters are, and ``is_counted`` that its
    ballots were counted.
    """

    question = models.CharField(max_length=MAX_QUESTION_LENGTH)
    #: One a line.
    choices = models.TextField()
    starts = models.JSONField(default=list, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    takes_several = models.BooleanField(default=False)
    results = models.CharField(max_length=10, choices=ResultsShown.choices)
    is_named = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    voter_kind = models.CharField(max_length=12, choices=VoterKind.choices, blank=True)
    is_counted = models.BooleanField(default=False)
    #: Set by the queries that ask for it.
    voter_count: int
    channel: str | None

    open_words = _("Sondage ouvert"), _("Sondage ouvert jusqu’au %(day)s")
    logged_actions = LoggedAction.REMOVE_POLL, LoggedAction.RESTORE_POLL
    objects = PollQuerySet.as_manager()
    inbox_watches = (
        InboxWatch(
            "author",
            when="NEW.closed_at IS NOT NULL",
            of="thread",
            rows=Q(closed_at__isnull=False),
        ),
        InboxWatch(_VOTERS, when="NEW.voter_kind <> ''"),
        InboxWatch(
            _VOTERS,
            of="thread",
            columns="space_id, removed_at, is_locked",
            rows=~Q(voter_kind=""),
        ),
        # Whom its last day reminds; nothing of that is mailed before the day.
        InboxWatch(
            "thread__follows__person", when="NEW.closes_on IS NOT NULL", is_of_follow=True
        ),
        InboxWatch(
            "thread__follows__person",
            of="thread",
            columns="space_id, removed_at, is_locked",
            rows=Q(closes_on__isnull=False, closed_at=None),
            is_of_follow=True,
        ),
    )
    searched_texts = {"question": "author", "choices": "author"}
    indexed_texts = IndexedTexts(
        ("question", "choices"), Q(removed_at=None), _("Sondage\u00a0: %(text)s")
    )
    export_sections = (
        ExportSection("polls", "author", "thread question choices created_at closed_at"),
    )
    export_labels = {
        "polls": _("Sondages que vous avez faits"),
        "question": _("Question"),
        "choices": _("Choix proposés"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("Les sondages que vous faites dans un fil"),
            _("Les montrer à qui lit le fil : contrat"),
            _("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        """Its page, where one votes."""
        return reverse("poll", args=[self.pk])

    @property
    def values(self) -> PollValues:
        """What its form says."""
        values = PollValues(*(getattr(self, name) for name in PollValues._fields))
        return values._replace(starts=tuple(self.starts))

    @property
    def is_secret(self) -> bool:
        """Whether one votes by secret ballot."""
        return bool(self.voter_kind)

    @property
    def may_close_early(self) -> bool:
        """Whether it may close before its last day: not where one votes by secret ballot."""
        return not self.is_secret

    @property
    def is_uncounted(self) -> bool:
        """Whether it closed with too few ballots for these to stay secret."""
        return self.is_counted and not self.ballots.exists()

    @property
    def dates(self) -> list[ProposedDate]:
        """The dates that it proposes; none where it is not about dates."""
        return proposed_dates(self.starts, self.minutes, self.time_zone)

    @property
    def choice_list(self) -> list[tuple[int, str]]:
        """``(number, text)`` of its choices, numbered from 1."""
        texts = [str(it) for it in self.dates] or self.choices.splitlines()
        return [*enumerate(texts, 1)]

    @property
    def has_answers(self) -> bool:
        """Whether anybody has voted, or it has minutes."""
        return bool(self.voter_count or self.is_counted)

    @property
    def shows_all_results(self) -> bool:
        """Whether all who see it see its results now."""
        if self.is_secret:
            return self.closed_at is not None and self.is_counted
        return self.closed_at is not None or self.results == ResultsShown.ALWAYS

    @property
    def choice_results(self) -> list[ChoiceResult]:
        """The results, in the order of the choices."""
        votes: Any = self.votes.order_by().values_list("chosen", "if_needed")
        if self.is_secret:
            none = Value([], models.JSONField())
            votes = self.ballots.order_by().values_list("chosen", none)
        counts: Counter[int] = Counter()
        if_needed: Counter[int] = Counter()
        voters = 0
        for chosen, also, count in votes.annotate(count=Count("pk")):
            voters += count
            for counted, numbers in (counts, chosen), (if_needed, also):
                for number in numbers:
                    counted[number] += count
        results = [
            ChoiceResult(text, counts[number], round(100 * counts[number] / (voters or 1)))
            for number, text in self.choice_list
        ]
        for number, date_ in enumerate(self.dates, 1):
            nays = voters - counts[number] - if_needed[number]
            results[number - 1] = results[number - 1]._replace(
                date=date_, if_needed_count=if_needed[number], no_count=nays
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


def _seen_votes(viewer: Viewer, prefix: str = "") -> Q:
    """The condition that a vote is seen: one's own; with names, by who sees the results."""
    poll = f"{prefix}poll__"
    own = Q((f"{prefix}person", viewer.person_id or 0))
    has_voted = Exists(
        PollVote._base_manager.filter(
            poll=OuterRef(f"{prefix}poll"), person=viewer.person_id or 0
        )
    )
    shown = Q((f"{poll}closed_at__isnull", False)) | Q((f"{poll}results", ResultsShown.ALWAYS))
    shown |= Q((f"{poll}results", ResultsShown.VOTED)) & Q(has_voted)
    return seen(viewer, poll) & (own | Q((f"{poll}is_named", True)) & shown)


class PollVoteQuerySet(visibility.VisibleQuerySet["PollVote"]):
    """Votes under the names of who cast them. Their numbers are the poll's."""

    rule = staticmethod(_seen_votes)


class PollVote(models.Model):
    """``person`` has ``chosen`` the choices of ``poll`` with these numbers: once, or not.

    Of dates those on which they come, and others on which they would ``if_needed``.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="poll_votes"
    )
    chosen = models.JSONField(default=list)
    if_needed = models.JSONField(default=list, blank=True)
    voted_at = models.DateTimeField(default=timezone.now)

    objects = PollVoteQuerySet.as_manager()
    inbox_watches = (InboxWatch("person", is_of_follow=True),)
    export_sections = (
        ExportSection(
            "poll_votes",
            "person",
            "thread=poll__thread question=poll__question choices=poll__choices chosen "
            "if_needed voted_at",
            words={"poll__author": "question choices"},
        ),
    )
    private_rows = True
    export_labels = {
        "poll_votes": _("Vos votes dans des sondages"),
        "chosen": _("Numéros de vos choix"),
        "if_needed": _("Numéros des dates où vous viendriez si besoin"),
        "voted_at": _("Date"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("Vos votes dans les sondages"),
            _(
                "Les compter ; les montrer à qui lit le fil, si le sondage l’annonce avant que "
                "vous votiez : contrat"
            ),
            _(
                "Autant que le fil, ou jusqu’à ce que vous les repreniez tant que le sondage "
                "est ouvert ; votre compte fermé, sans votre nom"
            ),
            position=7,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "person"], name="one_vote_a_poll")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.poll_id}"
