"""Whether anybody's rights have changed since a given moment, in one query.

The database numbers every change of a row that viewers are built from, as it commits
(``accounts/viewers/triggers.py``). Code that keeps what it computed from rights remembers the
number: while it is the same, all holds; else ``changes_since`` tells whose to compute anew.
``SessionViewers`` so keeps the viewers of many sessions.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.rights_watch import scheduled_fields
from accounts.models import RightsChange
from accounts.viewers.viewers import (
    ANONYMOUS_SESSION,
    AuthenticatedSession,
    authenticate_sessions,
)

#: Where more changes than this have come, everybody's rights count as changed.
MAX_CHANGES = 500


@dataclass(frozen=True)
class RightsDelta:
    """``people``: ids of those whose rights changed up to ``number``, None for everybody."""

    number: int
    people: frozenset[int] | None


def current_number() -> int:
    """The number of the last change; 0 where there was none."""
    return _NEWEST_NUMBER.first() or 0


def _newest() -> QuerySet[Any]:
    return RightsChange.objects.order_by("-number").values_list("number", flat=True)[:1]


def newest_number() -> Any:
    """An expression: the number of the last change, 0 where there was none."""
    return Coalesce(Subquery(_newest()), 0)


def _changes_from(since: Any) -> QuerySet[Any]:
    rows = RightsChange.objects.filter(number__gte=since).order_by("number")
    return rows.values_list("number", "person_id")[: MAX_CHANGES + 1]


_NEWEST_NUMBER: CompiledQuery[int] = CompiledQuery(_newest)
_CHANGES_FROM: CompiledQuery[tuple[int, int | None]] = CompiledQuery(_changes_from, "since")


def changes_since(since: int) -> RightsDelta:
    """Whose rights have changed after change number ``since``.

    Everybody's, where the log does not reach back that far or there are too many changes.
    """
    rows = _CHANGES_FROM.rows(since=since)
    if not rows and since == 0:
        return RightsDelta(0, frozenset())
    is_reached = rows and (rows[0][0] == since or since == 0 and rows[0][0] == 1)
    if not is_reached or len(rows) > MAX_CHANGES:
        return RightsDelta(current_number(), None)
    people = {person for number, person in rows if number > since}
    known = frozenset(person for person in people if person is not None)
    return RightsDelta(rows[-1][0], None if None in people else known)


def next_scheduled_change(now: datetime | None = None) -> datetime | None:
    """The next moment after ``now`` at which rights change though no row does, or None.

    The start or end of a seat, for example: models declare such fields as ``rights_moments``.
    """
    now = now or timezone.now()
    coming = [_next_moment(model, field, now) for model, field in scheduled_fields()]
    return min((moment for moment in coming if moment), default=None)


def _next_moment(model: Any, field: str, now: datetime) -> datetime | None:
    rows = model._default_manager.filter(**{f"{field}__gt": now}).order_by(field)
    moment: datetime | None = rows.values_list(field, flat=True).first()
    return moment


class SessionViewers:
    """The viewers of sessions: ``by_session_key``, as true as the last ``refresh``."""

    def __init__(self) -> None:
        self.by_session_key: dict[str, AuthenticatedSession] = {}
        self._clock: int | None = None
        self._next_expiry: datetime | None = None

    def refresh(self, arriving: Iterable[str] = ()) -> dict[str, AuthenticatedSession]:
        """Update ``by_session_key``, ``arriving`` keys included; return what changed.

        One small query where nobody's rights have changed, one more where somebody's have.
        """
        now = timezone.now()
        # The clock is read before the rows: what changes in between is asked for again.
        clock, next_expiry, keys = self._stale(now)
        keys |= {
            key
            for key in arriving
            if self.by_session_key.get(key, ANONYMOUS_SESSION) is ANONYMOUS_SESSION
        }
        changed = {}
        if keys:
            sessions = authenticate_sessions(keys)
            changed = {
                key: it for key, it in sessions.items() if self.by_session_key.get(key) != it
            }
            self.by_session_key.update(changed)
        self._clock, self._next_expiry = clock, next_expiry
        return changed

    def retain(self, keys: Collection[str]) -> None:
        """Discard the sessions that no open page has: all but ``keys``."""
        for key in self.by_session_key.keys() - keys:
            del self.by_session_key[key]

    def _stale(self, now: datetime) -> tuple[int, datetime | None, set[str]]:
        """The clock, when rights next change by themselves, and the keys to check again."""
        if self._clock is None:
            return current_number(), next_scheduled_change(now), set()
        delta, next_expiry = changes_since(self._clock), self._next_expiry
        is_due = next_expiry is not None and next_expiry <= now
        if is_due or delta.number != self._clock:
            next_expiry = next_scheduled_change(now)
        if is_due or delta.people is None:
            return delta.number, next_expiry, set(self.by_session_key)
        keys = {
            key
            for key, session in list(self.by_session_key.items())
            if (delta.people and session.viewer.person_id in delta.people)
            or (session.expires_at is not None and session.expires_at <= now)
        }
        return delta.number, next_expiry, keys
