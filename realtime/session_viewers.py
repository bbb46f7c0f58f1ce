"""Whom the sessions of a process's open pages make, asked again only where it may differ."""

from django.utils import timezone

from accounts.viewers import rights_clock
from accounts.viewers.viewers import ANONYMOUS_SESSION, authenticate_sessions


class SessionViewers:
    """``by_session_key``: ``{session key: AuthenticatedSession}``, as true as the last ``refresh``."""

    def __init__(self):
        """Nobody is here yet."""
        self.by_session_key = {}
        self._clock, self._until = None, None

    def refresh(self, arriving=()):
        """Bring ``by_session_key`` up to now, with the keys that arrive; return what changed in it.

        One tiny query where nobody's rights have changed, one more where somebody's have.
        """
        now = timezone.now()
        # The clock is read before the rows: what changes in between is asked again.
        number, until, ask = self._stale(now)
        ask |= {
            key
            for key in arriving
            if self.by_session_key.get(key, ANONYMOUS_SESSION) is ANONYMOUS_SESSION
        }
        changed = {}
        if ask:
            found = authenticate_sessions(ask)
            changed = {
                key: one for key, one in found.items() if self.by_session_key.get(key) != one
            }
            self.by_session_key.update(changed)
        self._clock, self._until = number, until
        return changed

    def retain(self, keys):
        """Forget the sessions of which no page is open any more: all but ``keys``."""
        for key in self.by_session_key.keys() - keys.keys():
            del self.by_session_key[key]

    def _stale(self, now):
        """The clock, its next turn without a change, and the keys to ask for anew."""
        if self._clock is None:
            return rights_clock.current_number(), rights_clock.next_scheduled_change(now), set()
        turn, until = rights_clock.changes_since(self._clock), self._until
        has_come = until is not None and until <= now
        if has_come or turn.number != self._clock:
            until = rights_clock.next_scheduled_change(now)
        if has_come or turn.people is None:
            return turn.number, until, set(self.by_session_key)
        return turn.number, until, self._keys_of(turn.people) | self._expired(now)

    def _keys_of(self, people):
        if not people:
            return set()
        by_session_key = list(self.by_session_key.items())
        return {key for key, one in by_session_key if one.viewer.person_id in people}

    def _expired(self, now):
        by_session_key = list(self.by_session_key.items())
        return {
            key
            for key, one in by_session_key
            if one.expires_at is not None and one.expires_at <= now
        }
