"""Whether what open pages show may be late, and telling them so: live that never lies."""

import logging
import time

from realtime.frame import Frame

log = logging.getLogger("realtime")

#: Seconds without a successful look after which pages are told that they may be late.
STALE_AFTER = 10.0


class Staleness:
    """When the database was last looked at, by a process for its pages."""

    def __init__(self):
        """Just now: a page comes with what the database said."""
        self._fresh_at, self._is_stale = time.monotonic(), False

    def age(self):
        """Whole seconds since the database was last looked at."""
        return int(time.monotonic() - self._fresh_at)

    def mark_fresh(self, connections):
        """It has just been looked at."""
        self._fresh_at = time.monotonic()
        if self._is_stale:
            self._is_stale = False
            log.warning("The database answers open pages again.")
            self._broadcast(connections)

    def mark_failed(self, connections, error):
        """It could not be; ``connections`` are told if that has been so for a while. Logged once."""
        if self.age() < STALE_AFTER or self._is_stale:
            return
        self._is_stale = True
        log.warning("The database does not answer open pages: %r", error)
        self._broadcast(connections)

    def _broadcast(self, connections):
        frame = Frame({"late": self.age()})
        for connection in list(connections):
            connection.push(frame)
