"""A consent round as its page shows it, lists of them, and what minutes attest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value
from django.utils import timezone

from accounts.base.pagination import AskedPage
from accounts.models import College
from accounts.viewers.viewers import Viewer
from forum.conversation.consent_rounds.choices import counted
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    RoundPosition,
    RoundVersion,
    RoundVoter,
)
from forum.conversation.consultations.digest import digest, iso_moment
from forum.conversation.consultations.models import ConsultationQuerySet
from forum.conversation.consultations.queries import lacking_quorum
from forum.conversation.consultations.rules import has_quorum
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.models import Poll

#: Open rounds, and open polls, that the list of decisions shows.
_MAX_OPEN = 50
#: Decisions among which one chooses what an outcome changes.
_MAX_CHANGEABLE = 200


class CollegeRows(NamedTuple):
    """The voters of a college, each with the position that stands, and how many say what.

    ``lacks_quorum``: whether fewer have answered than its round asks for.
    """

    college: College
    rows: list[tuple[RoundVoter, RoundPosition | None]]
    counts: list[tuple[str, int]]
    lacks_quorum: bool

    @property
    def answered(self) -> list[tuple[RoundVoter, RoundPosition]]:
        """Those with a position."""
        return [(voter, position) for voter, position in self.rows if position]

    @property
    def unanswered(self) -> list[RoundVoter]:
        """The voters without one."""
        return [voter for voter, position in self.rows if position is None]


class ShownRound(NamedTuple):
    """What is shown of a round besides itself: the same to all who read it but ``own``.

    ``own``: the voters for which the viewer answers, with what they say. ``former``: positions
    that no longer stand, in order. ``objections``: those that stand.
    """

    own: list[tuple[RoundVoter, RoundPosition | None]]
    colleges: list[CollegeRows]
    former: list[RoundPosition]
    objections: list[RoundPosition]
    versions: list[RoundVersion]


class Decision(NamedTuple):
    """A row of the list of decisions: a round, or a poll that decides."""

    it: ConsentRound | Poll

    @property
    def is_round(self) -> bool:
        """Whether it is a consent round."""
        return isinstance(self.it, ConsentRound)

    @property
    def pk(self) -> tuple[bool, int]:
        """By which a page finds it."""
        return self.is_round, self.it.pk

    @property
    def form_value(self) -> str:
        """By which a form names it."""
        return f"{self.it._meta.model_name}-{self.it.pk}"

    @property
    def decided_at(self) -> datetime | None:
        """When its outcome was written or its ballots counted; None while it is open."""
        if isinstance(self.it, ConsentRound):
            return self.it.decided_at
        minutes = getattr(self.it, "written_minutes", None) if self.it.closed_at else None
        return minutes and minutes.decided_at


class LinkedDecisions(NamedTuple):
    """The decision that a round changes, if any, and those that changed it, the last first."""

    changed: list[ConsentRound | Poll]
    changed_by: list[ConsentRound]


def shown_round_of(viewer: Viewer, it: ConsentRound) -> ShownRound:
    """What ``viewer`` sees of ``it``, which was got for them."""
    voters = RoundVoter.objects.visible_to(viewer).filter(round=it)
    own = set(voters.of_person(viewer.person_id or 0).values_list("pk", flat=True))
    voters = voters.select_related("organisation", "college", "seat__person")
    voters = voters.order_by("college__order", "college", "organisation__folded_name", "pk")
    positions = RoundPosition.objects.visible_to(viewer).filter(round=it)
    positions = positions.select_related("person", "voter__organisation", "voter__seat__person")
    all_positions = list(positions.order_by("taken_at", "pk"))
    current = {
        one.voter_id: one
        for one in all_positions
        if one.replaced_at is None and one.version == it.version
    }
    rows = [(voter, current.get(voter.pk)) for voter in voters]
    versions = list(RoundVersion.objects.visible_to(viewer).filter(round=it).order_by("number"))
    _set_amendments(all_positions, versions)
    return ShownRound(
        own=[row for row in rows if row[0].pk in own],
        colleges=_by_college(it, rows),
        former=[one for one in all_positions if one is not current.get(one.voter_id)],
        objections=[one for one in current.values() if one.kind == "objection"],
        versions=versions,
    )


def _set_amendments(positions: list[RoundPosition], versions: list[RoundVersion]) -> None:
    """Set on the objections that stood as their text was amended why it was."""
    by_number = {version.number: version for version in versions}
    for position in positions:
        version = by_number.get(position.version)
        if position.kind != "objection" or version is None:
            continue
        if position.replaced_at is None or position.replaced_at >= version.replaced_at:
            position.amendment = version.reason


def _by_college(
    it: ConsentRound, rows: list[tuple[RoundVoter, RoundPosition | None]]
) -> list[CollegeRows]:
    by_college: dict[College, list[tuple[RoundVoter, RoundPosition | None]]] = {}
    for voter, position in rows:
        by_college.setdefault(voter.college, []).append((voter, position))
    colleges = []
    for college, own in by_college.items():
        kinds = [position.kind for _voter, position in own if position]
        lacks = not has_quorum(it.quorum, len(own), len(kinds))
        counts = counted(len(own), kinds)
        colleges.append(CollegeRows(college, own, counts, lacks_quorum=lacks))
    return colleges


def without_quorum(viewer: Viewer, rounds: Sequence[ConsentRound]) -> list[ConsentRound]:
    """Those of ``rounds`` that take positions, and in which a college lacks its quorum."""
    asking = {it.pk: it for it in rounds if it.quorum and it.takes_votes}
    current = RoundPosition.objects.current().filter(voter=OuterRef("pk"))
    voters = RoundVoter.objects.visible_to(viewer)
    lacking = lacking_quorum(asking, voters, "round", Exists(current))
    return [it for it in rounds if it.pk in lacking]


def digest_of(it: ConsentRound) -> str:
    """The SHA-256 of all that the minutes of ``it`` attest.

    As lines of the register, it names people and organisations by their ids.
    """
    about = "title", "text", "version", "voter_kind", "quorum", "outcome", "outcome_text"
    attested = {name: getattr(it, name) for name in about}
    attested["author"], attested["decided_by"] = it.author_id, it.decided_by_id
    for name in "created_at", "closed_at", "decided_at":
        attested[name] = iso_moment(getattr(it, name))
    attested["versions"] = list(
        it.versions.order_by("number").values_list("number", "text", "reason")
    )
    attested["voters"] = list(
        it.voters.order_by("pk").values_list("pk", "organisation", "college", "seat")
    )
    positions = it.positions.order_by("taken_at", "pk").values_list(
        "voter", "person", "version", "kind", "reason", "treatment", "taken_at"
    )
    attested["positions"] = [(*row[:-1], iso_moment(row[-1])) for row in positions]
    if it.changes_id:
        attested["changes"] = it.changes_id
    if it.changes_poll_id:
        attested["changes_poll"] = it.changes_poll_id
    return digest(attested)


def decisions(viewer: Viewer, number: int) -> AskedPage[Decision]:
    """Page ``number`` of what was decided, in rounds and polls that ``viewer`` sees.

    The last first.
    """
    rounds = ConsentRound.objects.visible_to(viewer).decided()
    votes = PollMinutes.objects.visible_to(viewer).newest_first()
    polls = Poll.objects.visible_to(viewer)

    def pks_from(start: int, limit: int) -> list[tuple[bool, int]]:
        end = start + limit
        keys = _keys(rounds[:end], "pk", is_round=True)
        keys = keys.union(_keys(votes[:end], "poll", is_round=False), all=True)
        keys = keys.order_by("-decided_at", "-is_round", "-pk")[start:end]
        return [(is_round, pk) for _at, is_round, pk in keys]

    def rows_of(pks: Sequence[tuple[bool, int]]) -> list[Decision]:
        of_rounds = _listed(rounds).filter(pk__in=[pk for is_round, pk in pks if is_round])
        of_polls = _listed(polls).filter(pk__in=[pk for is_round, pk in pks if not is_round])
        found = [*of_rounds, *of_polls.select_related("written_minutes")]
        return [Decision(it) for it in found]

    return AskedPage(pks_from, rows_of, number)


def _keys(newest: Any, pk: str, *, is_round: bool) -> Any:
    """When each of the ``newest`` was decided, whether it is a round, and its ``pk``.

    These are found first, by an index: so none is sorted but so many.
    """
    rows = newest.model.objects.filter(pk__in=newest.values("pk"))
    rows = rows.annotate(is_round=Value(is_round, output_field=BooleanField()))
    return rows.values_list("decided_at", "is_round", pk)


def changeable_decisions(viewer: Viewer) -> list[Decision]:
    """The decisions that ``viewer`` sees, and that an outcome may change, the last first."""
    rounds = ConsentRound.objects.visible_to(viewer).adopted()[:_MAX_CHANGEABLE]
    votes = PollMinutes.objects.visible_to(viewer).adopted().select_related("poll")
    polls = [_with_minutes(it) for it in votes.newest_first()[:_MAX_CHANGEABLE]]
    found = [Decision(it) for it in [*rounds, *polls]]
    return sorted(found, key=lambda one: one.decided_at or timezone.now(), reverse=True)


def _with_minutes(minutes: PollMinutes) -> Poll:
    """The poll of ``minutes``, which has these."""
    minutes.poll.written_minutes = minutes
    return minutes.poll


def is_changeable(viewer: Viewer, it: ConsentRound | Poll) -> bool:
    """Whether ``viewer`` sees ``it``, and something was adopted, which may be changed."""
    if isinstance(it, ConsentRound):
        return ConsentRound.objects.visible_to(viewer).adopted().filter(pk=it.pk).exists()
    return PollMinutes.objects.visible_to(viewer).adopted().filter(poll=it.pk).exists()


def linked_decisions(viewer: Viewer, it: ConsentRound) -> LinkedDecisions:
    """What ``viewer`` sees of what ``it`` changes, and of what changed it since."""
    linked = Q(changes=it.pk) | Q(pk=it.changes_id or 0)
    seen = list(ConsentRound.objects.visible_to(viewer).decided().filter(linked))
    polls = Poll.objects.visible_to(viewer).filter(pk=it.changes_poll_id or 0)
    return LinkedDecisions(
        changed=[*(one for one in seen if one.pk == it.changes_id), *polls],
        changed_by=[one for one in seen if one.changes_id == it.pk],
    )


def open_decisions(viewer: Viewer) -> list[Decision]:
    """The open rounds and polls that decide, those that close next first, for ``viewer``."""
    rounds = _listed(ConsentRound.objects.visible_to(viewer)).open()
    polls = _listed(Poll.objects.visible_to(viewer)).open().exclude(voter_kind="")
    found = [*_first_to_close(rounds), *_first_to_close(polls)]
    return [Decision(it) for it in sorted(found, key=_last_day)]


def _first_to_close(rows: ConsultationQuerySet[Any]) -> list[Any]:
    return list(rows.order_by(F("closes_on").asc(nulls_last=True), "pk")[:_MAX_OPEN])


def _last_day(it: ConsentRound | Poll) -> date:
    return it.closes_on or date.max


def _listed[Rows: ConsultationQuerySet[Any]](rows: Rows) -> Rows:
    related = "thread__space__college", "thread__space__group"
    return rows.with_counts().select_related(*related)
