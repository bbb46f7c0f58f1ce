"""The rights clock: whether anybody's rights have changed since one last looked.

Every change of a row that a Viewer is made from (seats, signatures, charter versions,
groups, openings, sessions, suspensions, passwords) is numbered by the database itself, as
it commits (``accounts/triggers.py``). So who keeps what rights gave them need ask for one
number to know that it still holds, and is told whose rights to ask for anew where it does
not.
"""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import CharterVersion, Opening, RightsChange, Seat, WorkingGroup
from accounts.prepared import Prepared

#: Further behind than this, whoever kept something asks for everybody anew.
MOST_CHANGES = 500


@dataclass(frozen=True)
class Turn:
    """``people``: ids of those whose rights changed up to ``number``, None for everybody."""

    number: int
    people: frozenset | None


def clock():
    """The number of the last change of anybody's rights."""
    return _CLOCK.first() or 0


def _newest():
    return RightsChange.objects.order_by("-number").values_list("number", flat=True)[:1]


def _since(since):
    rows = RightsChange.objects.filter(number__gte=since).order_by("number")
    return rows.values_list("number", "person_id")[: MOST_CHANGES + 1]


_CLOCK, _SINCE = Prepared(_newest), Prepared(_since, "since")


def turned(since):
    """Whose rights have changed since ``clock()`` gave ``since``, in one query."""
    rows = _SINCE.rows(since=since)
    if not rows and since == 0:
        return Turn(0, frozenset())
    in_place = rows and (rows[0][0] == since or since == 0 and rows[0][0] == 1)
    if not in_place or len(rows) > MOST_CHANGES:
        return Turn(clock(), None)
    people = {person for number, person in rows if number > since}
    return Turn(rows[-1][0], None if None in people else frozenset(people))


def until(now=None):
    """The next moment, after ``now``, at which rights change though nobody changes a row."""
    now = now or timezone.now()
    moments = [
        (Seat, "started_at"),
        (Seat, "ended_at"),
        (CharterVersion, "binding_from"),
        (WorkingGroup, "ends_at"),
        (Opening, "closes_at"),
    ]
    coming = [_next(model, field, now) for model, field in moments]
    return min((moment for moment in coming if moment), default=None)


def _next(model, field, now):
    rows = model.objects.filter(**{f"{field}__gt": now}).order_by(field)
    return rows.values_list(field, flat=True).first()
