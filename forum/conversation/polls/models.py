"""Polls of threads, and who votes for what."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.moderation_log.models import LoggedAction
from forum.base import visibility
from forum.base.search_index.models import IndexedTexts
from forum.conversation.consultations.models import (
    Consultation,
    ConsultationQuerySet,
    Quorum,
    Voter,
    VoterKind,
    VoterQuerySet,
    count_of,
    seen,
)
from forum.conversation.polls.choices import (
    ChoiceResult,
    Majority,
    PollOutcome,
    ProposedDate,
    ResultsShown,
    proposed_dates,
    results_of,
)

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

MAX_QUESTION_LENGTH, MAX_CHOICE_LENGTH = 200, 120
MIN_CHOICES, MAX_CHOICES = 2, 10
_VOTERS = "voters__organisation__seats__person"
_SEEN_IN_POLL = partial(seen, prefix="poll__")


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
    is_secret: bool = False
    quorum: str = ""
    majority: str = ""


class PollQuerySet(ConsultationQuerySet["Poll"]):
    """Polls."""

    def with_counts(self) -> Self:
        """Polls with how many people or voters have voted, and how many of these are frozen."""
        votes = PollVote._base_manager.filter(poll=OuterRef("pk"), voter=None)
        voters = PollVoter._base_manager.filter(poll=OuterRef("pk"))
        cast = voters.filter(has_voted=True)
        annotations = {
            "voter_count": count_of(votes, "poll") + count_of(cast, "poll"),
            "frozen_count": count_of(voters, "poll"),
        }
        return self.annotate(**annotations)


class Poll(Consultation):
    """``author`` asks the readers of ``thread`` a question, with choices to vote for.

    ``version`` is of its words: nobody votes for others than they read. Where it is about
    dates, ``starts`` has when each of its choices begins, in ISO 8601, and each takes so many
    ``minutes``; ``choices`` has them in words of the site's language, for searches.
    ``voter_kind`` says who its voters are, where they are frozen; once it is closed and
    ``is_counted``, ``outcome`` says what came of it: of its one choice ``adopted_choice`` is
    the number, and ``lacking_colleges`` names those without the ``quorum``.
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
    is_secret = models.BooleanField(default=False)
    quorum = models.CharField(max_length=12, choices=Quorum.choices, blank=True)
    majority = models.CharField(max_length=12, choices=Majority.choices, blank=True)
    is_counted = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=PollOutcome.choices, blank=True)
    adopted_choice = models.PositiveSmallIntegerField(null=True, blank=True)
    lacking_colleges = models.JSONField(default=list, blank=True)
    #: Set by the queries that ask for it.
    voter_count: int
    frozen_count: int
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

    class Meta(Consultation.Meta):
        constraints = [
            *Consultation.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(voter_kind="") | Q(is_secret=False, quorum="", majority=""),
                name="poll_that_decides_has_voters",
            ),
            models.CheckConstraint(
                condition=Q(majority="") | Q(takes_several=False),
                name="majority_of_one_choice",
            ),
            models.CheckConstraint(
                condition=~Q(majority=Majority.COLLEGES) | Q(is_secret=False),
                name="no_majority_of_colleges_in_secret",
            ),
        ]

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
    def may_close_early(self) -> bool:
        """Whether it may close before its last day: not where its voters are frozen."""
        return not self.voter_kind

    @property
    def is_uncounted(self) -> bool:
        """Whether it closed with too few ballots for these to stay secret."""
        return self.outcome == PollOutcome.UNCOUNTED

    @property
    def outcome_text(self) -> str:
        """What came of it, in words; "" where nothing is said but its results."""
        if not self.outcome:
            return ""
        choice = dict(self.choice_list).get(self.adopted_choice or 0, "")
        values = {"choice": choice, "colleges": ", ".join(self.lacking_colleges)}
        return self.get_outcome_display() % values

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
        counted = votes.annotate(count=Count("pk"))
        return results_of([text for _number, text in self.choice_list], self.dates, counted)


class PollVoterQuerySet(VoterQuerySet["PollVoter"]):
    """The voters of polls, seen where these are."""

    rule = staticmethod(_SEEN_IN_POLL)


class PollVoter(Voter):
    """A voter of ``poll``, and whether it has voted; by secret ballot not when, nor by whom."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="voters", db_index=False)
    has_voted = models.BooleanField(default=False)

    objects = PollVoterQuerySet.as_manager()
    inbox_watches = (InboxWatch("organisation__seats__person"),)
    privacy_notices = (
        PrivacyNotice(
            _("Que vous avez voté dans un vote qui décide, ou votre organisation"),
            _("Compter chaque voix une fois, et tenir le procès-verbal\u00a0: contrat"),
            _("Autant que le fil"),
            position=7,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "organisation"],
                condition=Q(seat=None),
                name="one_poll_voter_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["poll", "seat"],
                condition=Q(seat__isnull=False),
                name="one_poll_voter_a_seat",
            ),
        ]


def own_votes(viewer: Viewer, prefix: str = "") -> Q:
    """The condition that a vote is one's own, or of a frozen voter for which one answers."""
    person_id = viewer.person_id or 0
    own = Q((f"{prefix}person", person_id), (f"{prefix}voter", None))
    return own | Q((f"{prefix}voter__in", PollVoter.objects.of_person(person_id).values("pk")))


def _seen_votes(viewer: Viewer, prefix: str = "") -> Q:
    """The condition that a vote is seen: one's own; with names, by who sees the results."""
    poll = f"{prefix}poll__"
    own_there = PollVote._base_manager.filter(own_votes(viewer))
    has_voted = Exists(own_there.filter(poll=OuterRef(f"{prefix}poll")))
    shown = Q((f"{poll}closed_at__isnull", False)) | Q((f"{poll}results", ResultsShown.ALWAYS))
    shown |= Q((f"{poll}results", ResultsShown.VOTED)) & Q(has_voted)
    return seen(viewer, poll) & (
        own_votes(viewer, prefix) | Q((f"{poll}is_named", True)) & shown
    )


class PollVoteQuerySet(visibility.VisibleQuerySet["PollVote"]):
    """Votes under the names of who cast them. Their numbers are the poll's."""

    rule = staticmethod(_seen_votes)


class PollVote(models.Model):
    """``person`` has ``chosen`` the choices of ``poll`` with these numbers: once, or not.

    Of dates those on which they come, and others on which they would ``if_needed``. Where
    voters are frozen it is the vote of ``voter``, and ``person`` is who changed it last.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="poll_votes"
    )
    voter = models.OneToOneField(
        PollVoter, models.CASCADE, null=True, blank=True, related_name="vote"
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
            "if_needed organisation=voter__organisation__name voted_at",
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
            models.UniqueConstraint(
                fields=["poll", "person"], condition=Q(voter=None), name="one_vote_a_poll"
            )
        ]

    def __str__(self) -> str:
        """Who votes: a person, of an organisation where it has a voice."""
        if self.voter is None:
            return str(self.person)
        return f"{self.person}, {self.voter.organisation}"
