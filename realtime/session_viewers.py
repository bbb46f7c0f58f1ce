"""Who the sessions of a process's open pages belong to, checked again where that may differ."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils import timezone

from accounts.viewers import rights_clock
from accounts.viewers.viewers import (
    ANONYMOUS_SESSION,
    AuthenticatedSession,
    authenticate_sessions,
)
from realtime.connections import Connection


class SessionViewers:
    """``by_session_key``: each session's viewer, as true as the last ``refresh``."""

    def __init__(self) -> None:
        self.by_session_key: dict[str, AuthenticatedSession] = {}
        self._clock: int | None = None
        self._next_expiry: datetime | None = None

    def refresh(self, arriving: Iterable[str] = ()) -> dict[str, AuthenticatedSession]:
        """Bring ``by_session_key`` up to now, ``arriving`` keys included; return what changed.

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
            found = authenticate_sessions(keys)
            changed = {
                key: one for key, one in found.items() if self.by_session_key.get(key) != one
            }
            self.by_session_key.update(changed)
        self._clock, self._next_expiry = clock, next_expiry
        return changed

    def retain(self, keys: Collection[str]) -> None:
        """Forget the sessions that no open page has: all but ``keys``."""
        for key in self.by_session_key.keys() - keys:
            del self.by_session_key[key]

    def still_holds(self, connection: Connection, signed_in: AuthenticatedSession) -> bool:
        """Whether ``connection`` still belongs to ``signed_in``, and can be written to."""
        return (
            connection.signed_in is signed_in
            and self.by_session_key.get(connection.session_key) is signed_in
            and connection.close_code is None
            and connection.blocked_since is None
        )

    def _stale(self, now: datetime) -> tuple[int, datetime | None, set[str]]:
        """The clock, when rights next change by themselves, and the keys to check again."""
        if self._clock is None:
            return rights_clock.current_number(), rights_clock.next_scheduled_change(now), set()
        delta, next_expiry = rights_clock.changes_since(self._clock), self._next_expiry
        is_due = next_expiry is not None and next_expiry <= now
        if is_due or delta.number != self._clock:
            next_expiry = rights_clock.next_scheduled_change(now)
        if is_due or delta.people is None:
            return delta.number, next_expiry, set(self.by_session_key)
        keys = {
            key
            for key, one in list(self.by_session_key.items())
            if (delta.people and one.viewer.person_id in delta.people)
            or (one.expires_at is not None and one.expires_at <= now)
        }
        return delta.number, next_expiry, keys
