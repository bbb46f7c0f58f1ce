"""What throttles remember: for all processes in Redis, and here while Redis is away."""

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("accounts")


class SharedMemory(RedisCache):
    """Redis as a cache. Nobody is kept from signing in because it does not answer.

    Each process then counts for itself: throttles are looser by the number of processes,
    and start anew. Only what throttles use is looked after: add, get, set and delete.
    """

    #: Seconds for which a Redis that did not answer is left alone.
    pause = 10
    #: Until when it is left alone, and whether that was said; for all threads of a process.
    away_until, is_away = 0.0, False

    def __init__(self, server, params):
        """Redis at ``server``."""
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self._here = LocMemCache("away", params | {"OPTIONS": {}})

    def add(self, *args, **kwargs):
        """Store if absent; whether it was."""
        return self._ask("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        """What is stored, or the default."""
        return self._ask("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        """Store."""
        return self._ask("set", *args, **kwargs)

    def delete(self, *args, **kwargs):
        """Forget; whether it was there."""
        return self._ask("delete", *args, **kwargs)

    def _ask(self, name, *args, **kwargs):
        if time.monotonic() >= SharedMemory.away_until:
            try:
                answer = getattr(super(), name)(*args, **kwargs)
            except RedisError as error:
                SharedMemory.away_until = time.monotonic() + self.pause
                self._is_away(error)
            else:
                self._is_away(None)
                return answer
        return getattr(self._here, name)(*args, **kwargs)

    def _is_away(self, error):
        was, SharedMemory.is_away = SharedMemory.is_away, error is not None
        if error is not None and not was:
            log.warning("Throttles count in each process by itself: %s", error)
        elif error is None and was:
            log.warning("Throttles count for all processes together again.")
