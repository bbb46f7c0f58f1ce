"""The times of posts and signatures: office hours of working days, in order, in the past."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from accounts.charter.models import CharterVersion


_OFFICE_OPENS = time(8, 30)


def post_times(days_ago: list[int], name: str, now: datetime) -> list[datetime]:
    """A moment for each of ``days_ago``, each strictly after the one before.

    ``days_ago`` counts down, in whole days from 1 on. What falls on a weekend is moved to
    the Friday before. ``name`` seeds the minutes: the same name gives the same times.
    """
    rng = Random(name)  # noqa: S311
    times: list[datetime] = []
    for days in days_ago:
        moment = _office_hours_start(now, days) + timedelta(seconds=rng.randrange(7 * 3600))
        pause = timedelta(seconds=rng.randrange(7 * 60, 40 * 60))
        times.append(max(moment, times[-1] + pause) if times else moment)
    return times


def _office_hours_start(now: datetime, days: int) -> datetime:
    """When the offices opened ``days`` days ago, or on the last working day before."""
    day = timezone.localdate(now) - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return timezone.make_aware(datetime.combine(day, _OFFICE_OPENS))


def working_day(now: datetime, days: int) -> date:
    """The day in ``days`` days, or the Monday after it where it falls on a weekend."""
    day = timezone.localdate(now) + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def signature_time(version: CharterVersion, order: int, now: datetime) -> datetime:
    """When the organisation number ``order`` signed ``version``: two a day from its adoption.

    Never in the future: all signed a charter that was adopted today a minute ago.
    """
    day = version.adopted_on + timedelta(days=order // 2)
    signed = timezone.make_aware(datetime.combine(day, time(10 + order % 7, order * 7 % 60)))
    return min(signed, now - timedelta(minutes=1))
