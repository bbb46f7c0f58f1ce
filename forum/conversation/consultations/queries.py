"""Consultations of one kind, for who reads their threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from django.db.models import Count, Exists, Q

from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.base.readership import reading_seats
from forum.base.spaces.models import Space
from forum.conversation.consultations.models import (
    Consultation,
    VoterKind,
    VoterQuerySet,
    removed,
    rows_of,
)
from forum.conversation.consultations.rules import has_quorum
from forum.conversation.threads.models import Thread


def get_shown[Row: Consultation](model: type[Row], viewer: Viewer, pk: int) -> Row:
    """The one with its thread and author; raise DoesNotExist where they see none."""
    rows = rows_of(model).visible_to(viewer).with_counts()
    return cast(Row, rows.select_related("thread__space", "author").get(pk=pk))


def get_removed[Row: Consultation](model: type[Row], viewer: Viewer, pk: int) -> Row:
    """The removed one, to an animator; raise DoesNotExist where they see none."""
    rows = rows_of(model).visible_to(viewer, removed).with_counts()
    return cast(Row, rows.select_related("thread__space", "author").get(pk=pk))


def to_restore[Row: Consultation](
    model: type[Row], viewer: Viewer, thread: Thread
) -> list[Row]:
    """The removed ones of ``thread`` that ``viewer`` may restore, the last first."""
    rows = rows_of(model).visible_to(viewer, removed).filter(thread=thread)
    return list(rows.exclude(author=viewer.person_id).order_by("-removed_at"))


def open_one[Row: Consultation](model: type[Row], viewer: Viewer, thread: Thread) -> Row | None:
    """The open one of ``thread``, if there is one."""
    rows = rows_of(model).visible_to(viewer).open().filter(thread=thread)
    return next((it for it in rows if not it.is_over), None)


def others_of[Row: Consultation](viewer: Viewer, it: Row) -> list[Row]:
    """The others of its kind in its thread, the open one first."""
    rows = rows_of(type(it)).visible_to(viewer).filter(thread=it.thread_id).exclude(pk=it.pk)
    return list(rows.open_first())


def voters_of(voter_kind: str, space: Space) -> Iterator[dict[str, Any]]:
    """What each voter is among who reads ``space`` now: an organisation, or a person."""
    ids = space.college_id or 0, space.group_id or 0
    seats = reading_seats(Seat.objects.representing(), space.audience, *ids)
    seats = seats.with_active_holder().select_related("organisation").order_by("pk")
    of_person, had = voter_kind == VoterKind.PERSON, set()
    for seat in seats:
        one = seat.person_id if of_person else seat.organisation_id
        if one not in had:
            had.add(one)
            college_id = seat.organisation.college_id
            yield {
                "organisation": seat.organisation,
                "college_id": college_id,
                "seat": seat if of_person else None,
            }


class Participation(NamedTuple):
    """How many voters of a college there are in a consultation, and have answered."""

    college_id: int
    voters: int
    answered: int


def participation_of(
    voters: VoterQuerySet[Any], key: str, answered: Exists | Q
) -> dict[int, list[Participation]]:
    """By what ``key`` of ``voters`` names, the participation of each college, in their order.

    ``answered``: the condition that one of the voters has.
    """
    counts: dict[int, list[Participation]] = {}
    colleges = voters.order_by("college__order", "college").values_list(key, "college")
    for pk, *row in colleges.annotate(n=Count("pk"), answers=Count("pk", filter=answered)):
        counts.setdefault(pk, []).append(Participation(*row))
    return counts


def lacking_quorum(
    consultations: Mapping[int, Any], voters: VoterQuerySet[Any], key: str, answered: Exists | Q
) -> set[int]:
    """The ids of those of ``consultations``, by these, in which a college lacks the quorum."""
    quorums = {pk: it.quorum for pk, it in consultations.items()}
    voters = voters.filter(**{f"{key}__in": list(quorums)})
    return {
        pk
        for pk, colleges in participation_of(voters, key, answered).items()
        if any(not has_quorum(quorums[pk], it.voters, it.answered) for it in colleges)
    }
