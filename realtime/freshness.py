"""Whether what open pages show may be late, and telling them so: live that never lies."""

import logging
import time

from realtime.frame import Frame

log = logging.getLogger("realtime")

#: Seconds without a successful look after which pages are told that they may be late.
PATIENCE = 10.0


class Freshness:
    """When the database was last looked at, by a process for its pages."""

    def __init__(self):
        """Just now: a page comes with what the database said."""
        self._looked, self._is_late = time.monotonic(), False

    def late(self):
        """Whole seconds since the database was last looked at."""
        return int(time.monotonic() - self._looked)

    def looked(self, lines):
        """It has just been looked at."""
        self._looked = time.monotonic()
        if self._is_late:
            self._is_late = False
            log.warning("The database answers open pages again.")
            self._tell(lines)

    def failed(self, lines, error):
        """It could not be; ``lines`` are told if that has been so for a while. Logged once."""
        if self.late() < PATIENCE or self._is_late:
            return
        self._is_late = True
        log.warning("The database does not answer open pages: %r", error)
        self._tell(lines)

    def _tell(self, lines):
        frame = Frame({"late": self.late()})
        for line in list(lines):
            line.push(frame)
