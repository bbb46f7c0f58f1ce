"""A consent round as its page shows it, lists of them, and what minutes attest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from accounts.base.pagination import NumberedPage
from accounts.models import College
from accounts.viewers.viewers import Viewer
from forum.conversation.consent_rounds.choices import counted
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    ConsentRoundQuerySet,
    RoundPosition,
    RoundVersion,
    RoundVoter,
)

#: Open rounds that the list of decisions shows.
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


class LinkedDecisions(NamedTuple):
    """The decision that a round changes, if any, and those that changed it, the last first."""

    changed: list[ConsentRound]
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
    return ShownRound(
        own=[row for row in rows if row[0].pk in own],
        colleges=_by_college(it, rows),
        former=[one for one in all_positions if one is not current.get(one.voter_id)],
        objections=[one for one in current.values() if one.kind == "objection"],
        versions=list(
            RoundVersion.objects.visible_to(viewer).filter(round=it).order_by("number")
        ),
    )


def _by_college(
    it: ConsentRound, rows: list[tuple[RoundVoter, RoundPosition | None]]
) -> list[CollegeRows]:
    by_college: dict[College, list[tuple[RoundVoter, RoundPosition | None]]] = {}
    for voter, position in rows:
        by_college.setdefault(voter.college, []).append((voter, position))
    colleges = []
    for college, own in by_college.items():
        kinds = [position.kind for _voter, position in own if position]
        counts, has_quorum = counted(len(own), kinds), it.has_quorum(len(own), len(kinds))
        colleges.append(CollegeRows(college, own, counts, lacks_quorum=not has_quorum))
    return colleges


def without_quorum(viewer: Viewer, rounds: Sequence[ConsentRound]) -> list[ConsentRound]:
    """Those of ``rounds`` that take positions, and in which a college lacks its quorum."""
    asking = {it.pk: it for it in rounds if it.quorum and it.takes_votes}
    current = RoundPosition.objects.current().filter(voter=OuterRef("pk"))
    voters = RoundVoter.objects.visible_to(viewer).filter(round__in=asking)
    colleges = voters.order_by().values_list("round", "college")
    counts = colleges.annotate(voters=Count("pk"), answered=Count("pk", filter=Exists(current)))
    lacking = {
        pk for pk, _college, voters, answered in counts
        if not asking[pk].has_quorum(voters, answered)
    }  # fmt: skip
    return [it for it in rounds if it.pk in lacking]


def digest_of(it: ConsentRound) -> str:
    """The SHA-256 of all that the minutes of ``it`` attest, as JSON with sorted keys.

    As lines of the register, it names people and organisations by their ids.
    """
    about = "title", "text", "version", "voter_kind", "quorum", "outcome", "outcome_text"
    attested = {name: getattr(it, name) for name in about}
    attested["closed_at"] = it.closed_at and it.closed_at.astimezone(UTC).isoformat()
    attested["versions"] = list(
        it.versions.order_by("number").values_list("number", "text", "reason")
    )
    attested["voters"] = list(
        it.voters.order_by("pk").values_list("pk", "organisation", "college", "seat")
    )
    positions = it.positions.order_by("taken_at", "pk").values_list(
        "voter", "person", "version", "kind", "reason", "treatment", "taken_at"
    )
    attested["positions"] = [
        (*row[:-1], row[-1].astimezone(UTC).isoformat()) for row in positions
    ]
    if it.changes_id:
        attested["changes"] = it.changes_id
    text = json.dumps(attested, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def decisions(viewer: Viewer, number: int) -> NumberedPage[ConsentRound]:
    """Page ``number`` of the rounds with an outcome that ``viewer`` sees, the last first."""
    return NumberedPage(_listed(ConsentRound.objects.visible_to(viewer)).decided(), number)


def changeable_decisions(viewer: Viewer) -> list[ConsentRound]:
    """The decisions that ``viewer`` sees, and that an outcome may change, the last first."""
    return list(ConsentRound.objects.visible_to(viewer).adopted()[:_MAX_CHANGEABLE])


def linked_decisions(viewer: Viewer, it: ConsentRound) -> LinkedDecisions:
    """What ``viewer`` sees of what ``it`` changes, and of what changed it since."""
    linked = Q(changes=it.pk) | Q(pk=it.changes_id or 0)
    seen = list(ConsentRound.objects.visible_to(viewer).decided().filter(linked))
    return LinkedDecisions(
        changed=[one for one in seen if one.pk == it.changes_id],
        changed_by=[one for one in seen if one.changes_id == it.pk],
    )


def open_rounds(viewer: Viewer) -> list[ConsentRound]:
    """The open rounds that ``viewer`` sees, those that close next first."""
    rounds = _listed(ConsentRound.objects.visible_to(viewer)).open()
    return list(rounds.order_by("closes_on", "pk")[:_MAX_OPEN])


def _listed(rounds: ConsentRoundQuerySet) -> ConsentRoundQuerySet:
    return rounds.with_counts().select_related("thread__space__college", "thread__space__group")
