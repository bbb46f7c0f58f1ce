"""What throttles remember: for all processes in Redis, and here while Redis is away."""

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("accounts")


class FailoverRedisCache(RedisCache):
    """Redis as a cache. Nobody is kept from signing in because it does not answer.

    Each process then counts for itself: throttles are looser by the number of processes,
    and start anew. Only what throttles use is looked after: add, get, set and delete.
    """

    #: Seconds for which a Redis that did not answer is left alone.
    retry_after_seconds = 10
    #: Until when it is left alone, and whether that was said; for all threads of a process.
    unavailable_until, is_unavailable = 0.0, False

    def __init__(self, server, params):
        """Redis at ``server``."""
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self._local = LocMemCache("away", params | {"OPTIONS": {}})

    def add(self, *args, **kwargs):
        """Store if absent; whether it was."""
        return self._call("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        """What is stored, or the default."""
        return self._call("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        """Store."""
        return self._call("set", *args, **kwargs)

    def delete(self, *args, **kwargs):
        """Forget; whether it was there."""
        return self._call("delete", *args, **kwargs)

    def _call(self, name, *args, **kwargs):
        if time.monotonic() >= FailoverRedisCache.unavailable_until:
            try:
                answer = getattr(super(), name)(*args, **kwargs)
            except RedisError as error:
                FailoverRedisCache.unavailable_until = (
                    time.monotonic() + self.retry_after_seconds
                )
                self._log_availability(error)
            else:
                self._log_availability(None)
                return answer
        return getattr(self._local, name)(*args, **kwargs)

    def _log_availability(self, error):
        was_unavailable, FailoverRedisCache.is_unavailable = (
            FailoverRedisCache.is_unavailable,
            error is not None,
        )
        if error is not None and not was_unavailable:
            log.warning("Throttles count in each process by itself: %s", error)
        elif error is None and was_unavailable:
            log.warning("Throttles count for all processes together again.")
