"""Whether what open pages show may be out of date, and telling them so."""

import logging
import time
from collections.abc import Callable

from realtime.frame import Frame

log = logging.getLogger("realtime")

#: Seconds without an answer of the database after which pages are told that they may be stale.
STALE_AFTER = 10.0


class Staleness:
    """When the database last answered; ``broadcast`` sends a frame to all pages."""

    def __init__(self, broadcast: Callable[[Frame], None]) -> None:
        self._broadcast = broadcast
        self._fresh_at, self._is_stale = time.monotonic(), False

    def age(self) -> int:
        """Whole seconds since the database last answered."""
        return int(time.monotonic() - self._fresh_at)

    def mark_fresh(self) -> None:
        """Note that it has just answered."""
        self._fresh_at = time.monotonic()
        if self._is_stale:
            self._is_stale = False
            log.warning("The database answers open pages again.")
            self._broadcast(Frame({"late": self.age()}))

    def mark_failed(self, error: Exception) -> None:
        """Note that it did not; tell pages, and log, once that has been so for a while."""
        if self.age() < STALE_AFTER or self._is_stale:
            return
        self._is_stale = True
        log.warning("The database does not answer open pages: %r", error)
        self._broadcast(Frame({"late": self.age()}))
