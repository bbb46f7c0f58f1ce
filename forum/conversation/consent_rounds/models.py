"""Consent rounds of threads: their voters, frozen as they begin, and the positions of these."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.moderation_log.models import LoggedAction
from forum.base import markup, visibility
from forum.base.search_index.models import IndexedTexts
from forum.conversation.consent_rounds.choices import (
    KIND_NAMES,
    MISSING_REASONS,
    Phase,
    PositionKind,
    RoundOutcome,
    counted,
)
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

MAX_TITLE_LENGTH, MAX_TEXT_LENGTH, MAX_REASON_LENGTH = 200, 10_000, 1_000
_PEOPLE = "voters__organisation__seats__person"
_SEEN_IN_ROUND = partial(seen, prefix="round__")


class RoundValues(NamedTuple):
    """What the form of a round says."""

    title: str
    text: str
    voter_kind: str
    phase: str
    closes_on: date
    quorum: str = ""


class ConsentRoundQuerySet(ConsultationQuerySet["ConsentRound"]):
    """Consent rounds."""

    def with_counts(self) -> Self:
        """Rounds with how many voters, answers, objections and positions ever there are."""
        positions = RoundPosition._base_manager.filter(round=OuterRef("pk"))
        current = positions.filter(replaced_at=None, version=OuterRef("version"))
        voters = RoundVoter._base_manager.filter(round=OuterRef("pk"))
        annotations = {
            "voter_count": count_of(voters, "round"),
            "answer_count": count_of(current, "round"),
            "objection_count": count_of(current.filter(kind=PositionKind.OBJECTION), "round"),
            "position_count": count_of(positions, "round"),
        }
        return self.annotate(**annotations)

    def decided(self) -> Self:
        """Those whose outcome was written, the last first."""
        return self.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")

    def adopted(self) -> Self:
        """Those of them that were adopted, with reserves or without."""
        return self.decided().exclude(outcome=RoundOutcome.NOT_ADOPTED)


class ConsentRound(Consultation):
    """``author`` proposes ``text`` to the readers of ``thread``, its voters among them.

    ``version`` is that of the text: positions on a former one no longer count. Positions are
    taken from ``decides_from`` on, or anew since ``amended_at``. The outcome is written once,
    after the close, by ``decided_by``; ``digest`` is then that of the minutes, and ``changes``
    or ``changes_poll`` the decision that it changes, if it does.
    """

    title = models.CharField(max_length=MAX_TITLE_LENGTH)
    text = models.TextField()
    voter_kind = models.CharField(max_length=12, choices=VoterKind.choices)
    phase = models.CharField(max_length=8, choices=Phase.choices)
    quorum = models.CharField(max_length=12, choices=Quorum.choices, blank=True)
    version = models.PositiveIntegerField(default=1)
    decides_from = models.DateTimeField(null=True, blank=True)
    amended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=RoundOutcome.choices, blank=True)
    outcome_text = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(max_length=64, blank=True)
    changes = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="changed_by"
    )
    changes_poll = models.ForeignKey(
        "forum.Poll", models.SET_NULL, null=True, blank=True, related_name="changed_by"
    )
    #: Set by the queries that ask for it.
    voter_count: int
    answer_count: int
    objection_count: int
    position_count: int

    open_words = (
        _("Tour de consentement ouvert"),
        _("Tour de consentement ouvert jusqu’au %(day)s"),
    )
    logged_actions = LoggedAction.REMOVE_ROUND, LoggedAction.RESTORE_ROUND
    objects = ConsentRoundQuerySet.as_manager()
    inbox_watches = (
        InboxWatch(f"author {_PEOPLE}"),
        InboxWatch(f"author {_PEOPLE}", of="thread", columns="space_id, removed_at, is_locked"),
    )
    searched_texts = {"title": "author", "text": "author", "outcome_text": "decided_by"}
    indexed_texts = IndexedTexts(
        ("title", "text", "outcome_text"),
        Q(removed_at=None),
        _("Tour de consentement\u00a0: %(text)s"),
    )
    export_sections = (
        ExportSection(
            "consent_rounds", "author", "thread title text created_at closed_at outcome"
        ),
        ExportSection(
            "round_outcomes", "decided_by", "thread title outcome outcome_text decided_at"
        ),
    )
    export_labels = {
        "consent_rounds": _("Tours de consentement que vous avez ouverts"),
        "round_outcomes": _("Issues de tours de consentement que vous avez écrites"),
        "outcome_text": _("Ce qui a été décidé"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("Les tours de consentement que vous ouvrez dans un fil, et leur issue"),
            _("Les montrer à qui lit le fil : contrat"),
            _("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )

    class Meta(Consultation.Meta):
        constraints = [  # noqa: RUF012
            *Consultation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(changes=None) | Q(changes_poll=None),
                name="round_changes_one_decision",
            ),
        ]
        indexes = [  # noqa: RUF012
            *Consultation.Meta.indexes,
            models.Index(
                fields=["decided_at", "id"],
                condition=Q(decided_at__isnull=False),
                name="consentround_by_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page, where one takes a position, and which are its minutes."""
        return reverse("consent-round", args=[self.pk])

    @property
    def has_answers(self) -> bool:
        """Whether anybody has taken a position, be it replaced since, or it was decided."""
        return bool(self.position_count or self.decided_at)

    @property
    def takes_votes(self) -> bool:
        """Whether positions are taken: it is open, and in its last phase."""
        return not self.is_over and self.phase == Phase.DECIDE

    @property
    def asked_at(self) -> datetime:
        """Since when positions on the text of today are asked for."""
        moments = self.decides_from, self.amended_at
        return max((it for it in moments if it), default=self.created_at)

    @property
    def next_phase(self) -> Phase | None:
        """The phase after this one; None after the last."""
        phases = list(Phase)
        following = phases[phases.index(Phase(self.phase)) + 1 :]
        return following[0] if following else None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """``(name, how many voters)`` of the positions that stand, and of voters without."""
        return counted(self.voters.count(), self.current_kinds())

    @property
    def html(self) -> str:
        """The text of today as HTML."""
        return markup.render(self.text)

    def current_kinds(self) -> list[str]:
        """The kinds of the positions that stand, one of a voter."""
        current = RoundPosition.objects.current().filter(round=self.pk)
        return list(current.order_by().values_list("kind", flat=True))


class RoundVersionQuerySet(visibility.VisibleQuerySet["RoundVersion"]):
    """Former texts, seen where their round is."""

    rule = staticmethod(_SEEN_IN_ROUND)


class RoundVersion(models.Model):
    """What version ``number`` of the text of ``round`` said, and why it was replaced."""

    round = models.ForeignKey(
        ConsentRound, models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    text = models.TextField()
    reason = models.CharField(max_length=MAX_REASON_LENGTH)
    replaced_at = models.DateTimeField(default=timezone.now)

    objects = RoundVersionQuerySet.as_manager()
    searched_texts = {"text": "round__author", "reason": "round__author"}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="one_text_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.round_id}, {self.number}"


class RoundVoterQuerySet(VoterQuerySet["RoundVoter"]):
    """The voters of rounds, seen where these are."""

    rule = staticmethod(_SEEN_IN_ROUND)


class RoundVoter(Voter):
    """A voter of ``round``."""

    round = models.ForeignKey(
        ConsentRound, models.CASCADE, related_name="voters", db_index=False
    )

    objects = RoundVoterQuerySet.as_manager()
    inbox_watches = (InboxWatch("organisation__seats__person"),)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organisation"],
                condition=Q(seat=None),
                name="one_voter_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["round", "seat"],
                condition=Q(seat__isnull=False),
                name="one_voter_a_seat",
            ),
        ]


class RoundPositionQuerySet(visibility.VisibleQuerySet["RoundPosition"]):
    """Positions, seen where their round is."""

    rule = staticmethod(_SEEN_IN_ROUND)

    def current(self) -> Self:
        """Those that count: on the text of today, and not replaced."""
        return self.filter(replaced_at=None, version=F("round__version"))


class RoundPosition(models.Model):
    """``person`` said, for ``voter``, of ``version`` of the text, what ``kind`` says.

    Rows are added, and never changed but for ``replaced_at``, when the voter said something
    else, and ``treatment``: what became of an objection, as the outcome says.
    """

    round = models.ForeignKey(
        ConsentRound, models.CASCADE, related_name="positions", db_index=False
    )
    voter = models.ForeignKey(RoundVoter, models.CASCADE, related_name="positions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="round_positions"
    )
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=PositionKind.choices)
    reason = models.CharField(max_length=MAX_REASON_LENGTH, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True)
    treatment = models.CharField(max_length=MAX_REASON_LENGTH, blank=True)

    #: Why the text that it objects to was amended, if it stood then; set by the queries.
    amendment = ""

    objects = RoundPositionQuerySet.as_manager()
    inbox_watches = (InboxWatch("voter__organisation__seats__person", is_of_follow=True),)
    searched_texts = {"reason": "person", "treatment": "round__decided_by"}
    export_sections = (
        ExportSection(
            "round_positions",
            "person",
            "thread=round__thread title=round__title said=kind reason taken_at replaced_at"
            " treatment",
            words={"round__author": "title", "round__decided_by": "treatment"},
        ),
    )
    export_labels = {
        "round_positions": _("Vos positions dans des tours de consentement"),
        "said": _("Position"),
        "taken_at": _("Date"),
        "replaced_at": _("Remplacée le"),
        "treatment": _("Suite donnée à votre objection"),
    }
    privacy_notices = (
        PrivacyNotice(
            _("Vos positions dans les tours de consentement, et leurs raisons"),
            _("Les montrer à qui lit le fil, et tenir le procès-verbal : contrat"),
            _("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voter"], condition=Q(replaced_at=None), name="one_position_a_voter"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[*MISSING_REASONS]) | ~Q(reason=""),
                name="position_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["round", "replaced_at"], name="position_of_round")]

    def __str__(self) -> str:
        return f"{self.voter_id}, {self.kind}"

    @property
    def name(self) -> Any:
        """What it is called in tables."""
        return KIND_NAMES[PositionKind(self.kind)]
