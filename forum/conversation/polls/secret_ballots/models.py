"""Who voted in a poll by secret ballot, and the ballots: nothing ties one to the other."""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility
from forum.conversation.consultations.models import Voter, VoterQuerySet, seen

_SEEN_IN_POLL = partial(seen, prefix="poll__")


class PollVoterQuerySet(VoterQuerySet["PollVoter"]):
    """The voters of polls, seen where these are."""

    rule = staticmethod(_SEEN_IN_POLL)


class PollVoter(Voter):
    """A voter of ``poll``, and whether a ballot was cast for it; not when, nor by whom."""

    poll = models.ForeignKey(
        "forum.Poll", models.CASCADE, related_name="voters", db_index=False
    )
    has_voted = models.BooleanField(default=False)

    objects = PollVoterQuerySet.as_manager()
    inbox_watches = (InboxWatch("organisation__seats__person"),)
    privacy_notices = (
        PrivacyNotice(
            _("Que vous avez voté à bulletin secret, ou votre organisation, non pour quoi"),
            _("Compter chaque voix une fois, et tenir le procès-verbal : contrat"),
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


class BallotBoxQuerySet(visibility.VisibleQuerySet["BallotBox"]):
    """Ballot boxes, which nobody sees."""

    rule = staticmethod(lambda viewer, prefix="": Q((f"{prefix}pk__in", [])))


class BallotBox(models.Model):
    """The ballots of an open ``poll``, together, encrypted and always of one length."""

    poll = models.OneToOneField("forum.Poll", models.CASCADE, related_name="box")
    sealed = models.TextField()

    objects = BallotBoxQuerySet.as_manager()
    private_rows = True
    texts_kept_when_closed = "what programs write"

    def __str__(self) -> str:
        return str(self.poll_id)


class BallotQuerySet(visibility.VisibleQuerySet["Ballot"]):
    """Ballots, seen where their poll is: they are there once it was counted."""

    rule = staticmethod(_SEEN_IN_POLL)


class Ballot(models.Model):
    """Somebody has ``chosen`` the choices of ``poll`` with these numbers.

    All of a poll are written at once, in an order that is drawn by lot.
    """

    poll = models.ForeignKey("forum.Poll", models.CASCADE, related_name="ballots")
    chosen = models.JSONField(default=list)

    objects = BallotQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.chosen)
