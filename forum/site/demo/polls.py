"""Polls of the demonstration: one that is open, and one that somebody closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from forum.base.search_index.actions import index_thread
from forum.conversation.polls.models import Poll, PollVote
from forum.site.demo import source_data, timestamps

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
        PollVote.objects.bulk_create(
            PollVote(
                poll=poll,
                person_id=seats_by_person[name].person_id,
                chosen=chosen,
                voted_at=poll.created_at + timedelta(hours=nth),
            )
            for nth, (name, chosen) in enumerate(row["votes"].items(), 1)
        )
        index_thread(thread)


def _create_poll(
    row: dict[str, Any], thread: Thread, seats_by_person: dict[str, Seat], now: datetime
) -> Poll:
    slug = f"{row['thread']}/sondage"
    poll = Poll(
        thread=thread,
        author_id=seats_by_person[row["person"]].person_id,
        question=row["question"],
        choices="\n".join(row["choices"]),
        takes_several=row["takes_several"],
        results=row["results"],
    )
    (poll.created_at,) = timestamps.post_times([row["days_ago"]], slug, now)
    if days := row.get("closes_in_days"):
        poll.closes_on = timezone.localdate(now) + timedelta(days=days)
    else:
        (poll.closed_at,) = timestamps.post_times([row["closed_days_ago"]], slug, now)
    poll.save()
    return poll
