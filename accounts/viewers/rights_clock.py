"""The rights clock: whether anybody's rights have changed since one last looked.

Every change of a row that a Viewer is made from (seats, signatures, charter versions,
groups, openings, sessions, suspensions, passwords) is numbered by the database itself, as
it commits (``accounts/viewers/triggers.py``). So who keeps what rights gave them need ask for one
number to know that it still holds, and is told whose rights to ask for anew where it does
not.
"""

from dataclasses import dataclass

from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import BreakGlassAccess, CharterVersion, RightsChange, Seat, WorkingGroup

#: Further behind than this, whoever kept something asks for everybody anew.
MAX_CHANGES = 500


@dataclass(frozen=True)
class RightsDelta:
    """``people``: ids of those whose rights changed up to ``number``, None for everybody."""

    number: int
    people: frozenset | None


def current_number():
    """The number of the last change of anybody's rights."""
    return _NEWEST_NUMBER.first() or 0


def _newest():
    return RightsChange.objects.order_by("-number").values_list("number", flat=True)[:1]


def _changes_from(since):
    rows = RightsChange.objects.filter(number__gte=since).order_by("number")
    return rows.values_list("number", "person_id")[: MAX_CHANGES + 1]


_NEWEST_NUMBER, _CHANGES_FROM = CompiledQuery(_newest), CompiledQuery(_changes_from, "since")


def changes_since(since):
    """Whose rights have changed since ``clock()`` gave ``since``, in one query."""
    rows = _CHANGES_FROM.rows(since=since)
    if not rows and since == 0:
        return RightsDelta(0, frozenset())
    in_place = rows and (rows[0][0] == since or since == 0 and rows[0][0] == 1)
    if not in_place or len(rows) > MAX_CHANGES:
        return RightsDelta(current_number(), None)
    people = {person for number, person in rows if number > since}
    return RightsDelta(rows[-1][0], None if None in people else frozenset(people))


def next_scheduled_change(now=None):
    """The next moment, after ``now``, at which rights change though nobody changes a row."""
    now = now or timezone.now()
    moments = [
        (Seat, "started_at"),
        (Seat, "ended_at"),
        (CharterVersion, "binding_from"),
        (WorkingGroup, "ends_at"),
        (BreakGlassAccess, "closes_at"),
    ]
    coming = [_next_moment(model, field, now) for model, field in moments]
    return min((moment for moment in coming if moment), default=None)


def _next_moment(model, field, now):
    rows = model.objects.filter(**{f"{field}__gt": now}).order_by(field)
    return rows.values_list(field, flat=True).first()
