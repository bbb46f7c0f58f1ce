"""Polls of the demonstration: an open one, closed ones, and votes with their minutes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from forum.base.search_index.actions import index_thread
from forum.conversation.consultations.queries import voters_of
from forum.conversation.polls.actions import write_outcome
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.models import Poll, PollVote, PollVoter
from forum.conversation.polls.secret_ballots.models import Ballot
from forum.site.demo import source_data, timestamps
from forum.site.demo.meetings import TIME_ZONE

if TYPE_CHECKING:
    from accounts.organisations.models import Seat
    from forum.conversation.threads.models import Thread


def create_polls(
    rows_and_threads: list[tuple[dict[str, Any], Thread]],
    seats_by_person: dict[str, Seat],
    now: datetime,
) -> None:
    """What ``polls.json`` says, by the slugs of their threads."""
    threads = {row["slug"]: thread for row, thread in rows_and_threads}
    for row in source_data.polls():
        thread = threads[row["thread"]]
        poll = _create_poll(row, thread, seats_by_person, now)
        voters = _freeze_voters(poll, row, seats_by_person)
        seats = [(seats_by_person[name], chosen) for name, chosen in row["votes"].items()]
        PollVote.objects.bulk_create(
            PollVote(
                poll=poll,
                person_id=seat.person_id,
                voter=voters.get(seat.organisation_id),
                chosen=chosen,
                voted_at=poll.created_at + timedelta(hours=nth),
            )
            for nth, (seat, chosen) in enumerate(seats, 1)
        )
        if poll.voter_kind:
            _count_votes(poll, row.get("ballots", []))
        index_thread(thread)


def _create_poll(
    row: dict[str, Any], thread: Thread, seats_by_person: dict[str, Seat], now: datetime
) -> Poll:
    slug = f"{row['thread']}/sondage"
    poll = Poll(
        thread=thread,
        author_id=seats_by_person[row["person"]].person_id,
        question=row["question"],
        takes_several=row["takes_several"],
        results=row["results"],
        is_named=row.get("is_named", False),
        voter_kind=row.get("voter_kind", ""),
        is_secret=bool(row.get("ballots")),
        quorum=row.get("quorum", ""),
        majority=row.get("majority", ""),
    )
    if dates := row.get("dates"):
        poll.starts, poll.minutes, poll.time_zone = (
            [_start(days, dates["at"], now) for days in dates["in_days"]],
            dates["minutes"],
            TIME_ZONE,
        )
    poll.choices = "\n".join(row.get("choices") or map(str, poll.dates))
    (poll.created_at,) = timestamps.post_times([row["days_ago"]], slug, now)
    if days := row.get("closes_in_days"):
        poll.closes_on = timezone.localdate(now) + timedelta(days=days)
    else:
        (poll.closed_at,) = timestamps.post_times([row["closed_days_ago"]], slug, now)
    poll.save()
    return poll


def _start(days: int, at: tuple[int, int], now: datetime) -> str:
    day = timestamps.working_day(now, days)
    return datetime.combine(day, time(*at), ZoneInfo(TIME_ZONE)).astimezone(UTC).isoformat()


def _freeze_voters(
    poll: Poll, row: dict[str, Any], seats_by_person: dict[str, Seat]
) -> dict[int, PollVoter]:
    """Freeze the voters of ``poll``, if it has such; return them by organisation.

    Those of who ``voted``, or of whose ``votes`` the file gives, have voted.
    """
    if not poll.voter_kind:
        return {}
    names = row.get("voted") or row["votes"]
    voted = {seats_by_person[name].organisation_id for name in names}
    voters = [
        PollVoter(poll=poll, has_voted=about["organisation"].pk in voted, **about)
        for about in voters_of(poll.voter_kind, poll.thread.space)
    ]
    return {it.organisation_id: it for it in PollVoter.objects.bulk_create(voters)}


def _count_votes(poll: Poll, ballots: list[int]) -> None:
    """Write ``ballots``, the choices of a secret ballot, outcome and minutes."""
    assert poll.closed_at is not None  # Its file says so.
    Ballot.objects.bulk_create(Ballot(poll=poll, chosen=[choice]) for choice in ballots)
    poll.closes_on = timezone.localdate(poll.closed_at) - timedelta(days=1)
    poll.save()
    write_outcome(Poll.objects.with_counts().get(pk=poll.pk))
    PollMinutes.objects.filter(poll=poll).update(decided_at=poll.closed_at)
