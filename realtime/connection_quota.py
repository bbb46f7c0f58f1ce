"""How many pages a process holds, and how many of them for one address."""

import logging
from collections import Counter

from realtime import limits

log = logging.getLogger("realtime")


class ConnectionQuota:
    """The places that are taken."""

    def __init__(self):
        """All are free."""
        self._count, self._count_by_address, self._refused = 0, Counter(), set()

    def acquire(self, address):
        """Take one for ``address``; False where there is none: it must not come in."""
        self._count += 1
        self._count_by_address[address] += 1
        is_free = (
            self._count <= limits.MAX_CONNECTIONS
            and self._count_by_address[address] <= limits.MAX_CONNECTIONS_PER_ADDRESS
        )
        if not is_free and address not in self._refused:
            self._refused.add(address)
            log.warning("Too many open pages, some from %s: more are refused.", address)
        return is_free

    def release(self, address):
        """Give back what was taken, or asked for."""
        self._count -= 1
        self._count_by_address[address] -= 1
        if not self._count_by_address[address]:
            del self._count_by_address[address]
            self._refused.discard(address)
