"""Secret ballots, which nothing ties to the voters of their poll."""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q

from forum.base import visibility
from forum.conversation.consultations.models import seen

_SEEN_IN_POLL = partial(seen, prefix="poll__")


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
