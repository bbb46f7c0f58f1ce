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
        _create_round(row, thread, seats_by_person, now)
        index_thread(thread)


def step_times(row: dict[str, Any], now: datetime) -> dict[str, datetime]:
    """When each step of the round was, by its name: each after the one before.

    A position is named by its person and its version.
    """
    steps = [("began", row["days_ago"])]
    steps += [(f"{it['person']}/{it['version']}", it["days_ago"]) for it in row["positions"]]
    if former := row.get("former"):
        steps.append(("amended", former["days_ago"]))
    if outcome := row.get("outcome"):
        steps += [("closed", row["closed_days_ago"]), ("decided", outcome["days_ago"])]
    steps.sort(key=lambda step: -step[1])
    days = [days_ago for _name, days_ago in steps]
    times = timestamps.post_times(days, f"{row['thread']}/tour", now)
    return {name: at for (name, _days), at in zip(steps, times, strict=True)}


def _create_round(
    row: dict[str, Any], thread: Thread, seats_by_person: dict[str, Seat], now: datetime
) -> None:
    former, times = row.get("former"), step_times(row, now)
    it = ConsentRound.objects.create(
        thread=thread,
        author_id=seats_by_person[row["person"]].person_id,
        title=row["title"],
        text=row["text"],
        voter_kind=row["voter_kind"],
        phase=Phase.DECIDE,
        version=2 if former else 1,
        created_at=times["began"],
        decides_from=times["began"],
        closes_on=_last_day(row, now),
        amended_at=times.get("amended"),
        closed_at=times.get("closed"),
    )
    voters = voters_of(it.voter_kind, thread.space)
    RoundVoter.objects.bulk_create(RoundVoter(round=it, **about) for about in voters)
    if former:
        RoundVersion.objects.create(
            round=it, number=1, text=former["text"], reason=former["reason"],
            replaced_at=times["amended"],
        )  # fmt: skip
    for position in row["positions"]:
        at = times[f"{position['person']}/{position['version']}"]
        _take_position(it, position, seats_by_person[position["person"]], at)
    if outcome := row.get("outcome"):
        _decide(it, outcome, seats_by_person, times["decided"])


def _last_day(row: dict[str, Any], now: datetime) -> Any:
    days = row.get("closes_in_days") or -row["closed_days_ago"] - 1
    return timezone.localdate(now) + timedelta(days=days)


def _take_position(it: ConsentRound, row: dict[str, Any], seat: Seat, at: datetime) -> None:
    voter = it.voters.get(organisation=seat.organisation_id)
    it.positions.filter(voter=voter, replaced_at=None).update(replaced_at=at)
    about = {name: row[name] for name in ("version", "kind", "reason")}
    RoundPosition.objects.create(
        round=it, voter=voter, person_id=seat.person_id, taken_at=at, **about
    )


def _decide(
    it: ConsentRound, row: dict[str, Any], seats_by_person: dict[str, Seat], at: datetime
) -> None:
    for name, treatment in row["treatments"].items():
        person_id = seats_by_person[name].person_id
        it.positions.current().filter(person=person_id).update(treatment=treatment)
    it.outcome, it.outcome_text = row["kind"], row["text"]
    it.decided_at, it.decided_by_id = at, it.author_id
    it.digest = digest_of(it)
    it.save()
