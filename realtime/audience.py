"""Whom the sessions of a process's open pages make, asked again only where it may differ."""

from django.utils import timezone

from accounts import rights
from accounts.viewers import NOBODY, of_sessions


class Audience:
    """``known``: ``{session key: SignedIn}``, as true as the last ``refresh``."""

    def __init__(self):
        """Nobody is here yet."""
        self.known = {}
        self._number, self._until = None, None

    def refresh(self, arriving=()):
        """Bring ``known`` up to now, with the keys that arrive; return what changed in it.

        One tiny query where nobody's rights have changed, one more where somebody's have.
        """
        now = timezone.now()
        # The clock is read before the rows: what changes in between is asked again.
        number, until, ask = self._stale(now)
        ask |= {key for key in arriving if self.known.get(key, NOBODY) is NOBODY}
        changed = {}
        if ask:
            found = of_sessions(ask)
            changed = {key: one for key, one in found.items() if self.known.get(key) != one}
            self.known.update(changed)
        self._number, self._until = number, until
        return changed

    def keep(self, keys):
        """Forget the sessions of which no page is open any more: all but ``keys``."""
        for key in self.known.keys() - keys.keys():
            del self.known[key]

    def _stale(self, now):
        """The clock, its next turn without a change, and the keys to ask for anew."""
        if self._number is None:
            return rights.clock(), rights.until(now), set()
        turn, until = rights.turned(self._number), self._until
        has_come = until is not None and until <= now
        if has_come or turn.number != self._number:
            until = rights.until(now)
        if has_come or turn.people is None:
            return turn.number, until, set(self.known)
        return turn.number, until, self._keys_of(turn.people) | self._expired(now)

    def _keys_of(self, people):
        if not people:
            return set()
        known = list(self.known.items())
        return {key for key, one in known if one.viewer.person_id in people}

    def _expired(self, now):
        known = list(self.known.items())
        return {key for key, one in known if one.until is not None and one.until <= now}
