"""Consent rounds of the demonstration: one that is open, and one that was decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from forum.base.search_index.actions import index_thread
from forum.conversation.consent_rounds.choices import Phase
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    RoundPosition,
    RoundVersion,
    RoundVoter,
)
from forum.conversation.consent_rounds.queries import digest_of
from forum.conversation.consultations.queries import voters_of
from forum.site.demo import source_data, timestamps

if TYPE_CHECKING:
    from accounts.organisations.models import Seat
    from forum.conversation.threads.models import Thread


def create_rounds(
    rows_and_threads: list[tuple[dict[str, Any], Thread]],
    seats_by_person: dict[str, Seat],
    now: datetime,
) -> None:
    """What ``consent_rounds.json`` says, by the slugs of their threads."""
    threads = {row["slug"]: thread for row, thread in rows_and_threads}
    for row in source_data.consent_rounds():
        thread = threads[row["thread"]]
        it = _create_round(row, thread, seats_by_person, now)
        if outcome := row.get("outcome"):
            _decide(it, outcome, seats_by_person, now)
        index_thread(thread)


def _at(days_ago: int, name: str, now: datetime) -> datetime:
    (at,) = timestamps.post_times([days_ago], name, now)
    return at


def _create_round(
    row: dict[str, Any], thread: Thread, seats_by_person: dict[str, Seat], now: datetime
) -> ConsentRound:
    name, former = f"{row['thread']}/tour", row.get("former")
    began_at = _at(row["days_ago"], name, now)
    it = ConsentRound.objects.create(
        thread=thread,
        author_id=seats_by_person[row["person"]].person_id,
        title=row["title"],
        text=row["text"],
        voter_kind=row["voter_kind"],
        phase=Phase.DECIDE,
        version=2 if former else 1,
        created_at=began_at,
        decides_from=began_at,
        closes_on=_last_day(row, now),
        closed_at=_at(days, name, now) if (days := row.get("closed_days_ago")) else None,
    )
    voters = voters_of(it.voter_kind, thread.space)
    RoundVoter.objects.bulk_create(RoundVoter(round=it, **about) for about in voters)
    if former:
        it.amended_at = _at(former["days_ago"], name, now)
        it.save(update_fields=["amended_at"])
        RoundVersion.objects.create(
            round=it, number=1, text=former["text"], reason=former["reason"],
            replaced_at=it.amended_at,
        )  # fmt: skip
    for position in row["positions"]:
        _take_position(it, position, seats_by_person[position["person"]], now)
    return it


def _last_day(row: dict[str, Any], now: datetime) -> Any:
    days = row.get("closes_in_days") or -row["closed_days_ago"] - 1
    return timezone.localdate(now) + timedelta(days=days)


def _take_position(it: ConsentRound, row: dict[str, Any], seat: Seat, now: datetime) -> None:
    voter = it.voters.get(organisation=seat.organisation_id)
    taken_at = max(
        _at(row["days_ago"], f"{it.title}/{row['person']}", now),
        it.created_at + timedelta(minutes=5),
    )
    it.positions.filter(voter=voter, replaced_at=None).update(replaced_at=taken_at)
    about = {name: row[name] for name in ("version", "kind", "reason")}
    RoundPosition.objects.create(
        round=it, voter=voter, person_id=seat.person_id, taken_at=min(taken_at, now), **about
    )


def _decide(
    it: ConsentRound, row: dict[str, Any], seats_by_person: dict[str, Seat], now: datetime
) -> None:
    for name, treatment in row["treatments"].items():
        person_id = seats_by_person[name].person_id
        it.positions.current().filter(person=person_id).update(treatment=treatment)
    it.outcome, it.outcome_text = row["kind"], row["text"]
    it.decided_at, it.decided_by_id = _at(row["days_ago"], it.title, now), it.author_id
    it.digest = digest_of(it)
    it.save()
