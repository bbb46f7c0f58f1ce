"""What is being decided in threads, for the animators' desk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from accounts.viewers.viewers import Viewer
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consent_rounds.queries import without_quorum
from forum.conversation.consultations.models import Consultation, rows_of
from forum.conversation.polls import queries as poll_queries
from forum.conversation.polls.models import Poll

#: Of each kind, those that close next.
_MAX_OPEN = 20
_SOON = timedelta(days=2)


class OpenConsultation(NamedTuple):
    """A poll or a round that is open, whether it closes soon and a college lacks its quorum."""

    it: Consultation
    closes_soon: bool
    lacks_quorum: bool

    @property
    def is_round(self) -> bool:
        """Whether it is a consent round."""
        return isinstance(self.it, ConsentRound)


def open_consultations(viewer: Viewer) -> list[OpenConsultation]:
    """The open polls and rounds that ``viewer`` sees, those that close next first."""
    rounds, polls = _open(ConsentRound, viewer), _open(Poll, viewer)
    lacking = [*without_quorum(viewer, rounds), *poll_queries.without_quorum(viewer, polls)]
    soon = timezone.localdate() + _SOON
    consultations = [
        OpenConsultation(it, it.closes_on is not None and it.closes_on <= soon, it in lacking)
        for it in [*rounds, *polls]
    ]
    return sorted(consultations, key=lambda one: one.it.closes_on or date.max)


def _open[Row: Consultation](model: type[Row], viewer: Viewer) -> list[Row]:
    rows = rows_of(model).visible_to(viewer).open().with_counts().select_related("thread")
    rows = rows.order_by(F("closes_on").asc(nulls_last=True), "pk")
    return [it for it in rows[:_MAX_OPEN] if not it.is_over]
