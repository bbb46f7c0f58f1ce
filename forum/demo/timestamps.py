"""When things were said: office hours of working days, in order, and never in the future."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

_OFFICE_OPENS = time(8, 30)


def post_times(days_ago, name, now):
    """A moment for each of ``days_ago``, each strictly after the one before.

    ``days_ago`` counts down, in whole days from 1 on. What falls on a weekend is said on
    the Friday before. ``name`` makes the minutes: one name, one timetable.
    """
    rng = Random(name)  # noqa: S311
    said = []
    for days in days_ago:
        moment = _office_opening(now, days) + timedelta(seconds=rng.randrange(7 * 3600))
        pause = timedelta(seconds=rng.randrange(7 * 60, 40 * 60))
        said.append(max(moment, said[-1] + pause) if said else moment)
    return said


def _office_opening(now, days):
    """When the offices opened ``days`` days ago, or on the last working day before."""
    day = timezone.localdate(now) - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return timezone.make_aware(datetime.combine(day, _OFFICE_OPENS))


def signature_time(version, order, now):
    """When the signatory number ``order`` signed ``version``: a few a day from its adoption.

    Never in the future, so a charter adopted today was signed by all a moment ago.
    """
    day = version.adopted_on + timedelta(days=order // 2)
    signed = timezone.make_aware(datetime.combine(day, time(10 + order % 7, order * 7 % 60)))
    return min(signed, now - timedelta(minutes=1))
