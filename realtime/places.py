"""How many pages a process holds, and how many of them for one address."""

import logging
from collections import Counter

from realtime import limits

log = logging.getLogger("realtime")


class Places:
    """The places that are taken."""

    def __init__(self):
        """All are free."""
        self._taken, self._by_address, self._refused = 0, Counter(), set()

    def take(self, address):
        """Take one for ``address``; False where there is none: it must not come in."""
        self._taken += 1
        self._by_address[address] += 1
        is_free = (
            self._taken <= limits.MOST_PAGES
            and self._by_address[address] <= limits.MOST_FROM_ONE
        )
        if not is_free and address not in self._refused:
            self._refused.add(address)
            log.warning("Too many open pages, some from %s: more are refused.", address)
        return is_free

    def leave(self, address):
        """Give back what was taken, or asked for."""
        self._taken -= 1
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]
            self._refused.discard(address)
