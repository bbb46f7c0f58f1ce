"""The cache that rate limits use: in Redis, and in this process while Redis is down."""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger("accounts")


class PooledRedisClient(RedisCacheClient):
    """Django's client of the cache, with one client of redis-py for each server.

    Django makes one for every call, which costs as much as the call; they are safe to share
    between threads, since each command takes a connection of the pool.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client for ``key``, which may be written with where ``write`` is true."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return self._clients[pool]


class FailoverRedisCache(RedisCache):
    """Redis as a cache, with a cache in this process while it does not answer.

    Each process then counts alone, so rate limits start anew and are looser by the number of
    processes; nobody is kept from signing in. Only the methods that rate limits use fall
    back: add, get, set and delete.
    """

    #: Seconds before a Redis that did not answer is tried again.
    retry_after_seconds = 10
    #: Until when it is not tried, and whether that was logged; for all threads of a process.
    unavailable_until, is_unavailable = 0.0, False

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limits = {"socket_timeout": 1, "socket_connect_timeout": 1}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self._class = PooledRedisClient
        self._local = LocMemCache("away", params | {"OPTIONS": {"MAX_ENTRIES": 100_000}})

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store where absent; return whether it was."""
        answer: bool = self._call("add", *args, **kwargs)
        return answer

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """The stored value, or the default."""
        return self._call("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        """Store a value."""
        value: Any = self._call("set", *args, **kwargs)
        return value

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Delete; return whether it was there."""
        answer: bool = self._call("delete", *args, **kwargs)
        return answer

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
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

    def _log_availability(self, error: RedisError | None) -> None:
        was_unavailable, FailoverRedisCache.is_unavailable = (
            FailoverRedisCache.is_unavailable,
            error is not None,
        )
        if error is not None and not was_unavailable:
            log.warning("Throttles count in each process by itself: %s", error)
        elif error is None and was_unavailable:
            log.warning("Throttles count for all processes together again.")
