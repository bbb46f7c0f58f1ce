"""Meetings of the demonstration, which are to come, with who registered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forum.conversation.meetings.models import Meeting, MeetingValues, Registration
from forum.site.demo import source_data, timestamps

if TYPE_CHECKING:
    from accounts.organisations.models import Seat
    from forum.conversation.threads.models import Thread

TIME_ZONE = "Europe/Paris"


def create_meetings(
    rows_and_threads: list[tuple[dict[str, Any], Thread]],
    seats_by_person: dict[str, Seat],
    now: datetime,
) -> None:
    """What ``meetings.json`` says, by the slugs of their threads."""
    threads = {row["slug"]: thread for row, thread in rows_and_threads}
    for row in source_data.meetings():
        meeting = _create_meeting(row, threads[row["thread"]], seats_by_person, now)
        Registration.objects.bulk_create(
            Registration(
                meeting=meeting,
                person_id=seats_by_person[name].person_id,
                registered_at=at,
                placed_at=at,
            )
            for nth, name in enumerate(row["registered"], 1)
            for at in [meeting.created_at + timedelta(hours=nth)]
        )


def _create_meeting(
    row: dict[str, Any], thread: Thread, seats_by_person: dict[str, Seat], now: datetime
) -> Meeting:
    day = timestamps.working_day(now, row["in_days"])
    zone = ZoneInfo(TIME_ZONE)
    starts_at, ends_at = (
        datetime.combine(day, time(*row[name]), zone) for name in ("starts", "ends")
    )
    slug = f"{row['thread']}/rencontre"
    (created_at,) = timestamps.post_times([row["days_ago"]], slug, now)
    rest = (row[name] for name in ("place", "call_url", "max_people"))
    values = MeetingValues(starts_at, ends_at, TIME_ZONE, *rest)
    return Meeting.objects.create(
        thread=thread,
        author_id=seats_by_person[row["person"]].person_id,
        day_words=values.day_words,
        created_at=created_at,
        **values._asdict(),
    )
