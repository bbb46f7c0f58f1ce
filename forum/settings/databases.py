"""The settings of the database, of the layer and of the cache, from their addresses."""

from pathlib import Path
from typing import Any

from environ import Env


def database_settings(env: Env, base_dir: Path) -> dict[str, Any]:
    """``DATABASES["default"]``: of ``DATABASE_URL``, else a SQLite file in ``base_dir``."""
    default = f"sqlite:///{base_dir / 'foirail.sqlite3'}"
    return _with_options(env, env.db_url("DATABASE_URL", default=default))


def replica_settings(env: Env) -> dict[str, Any]:
    """``DATABASES["search"]``: of ``FORUM_SEARCH_DATABASE_URL``, a replica to search in."""
    replica = _with_options(env, env.db_url("FORUM_SEARCH_DATABASE_URL"))
    return replica | {"TEST": {"MIRROR": "default"}}


def _with_options(env: Env, database: dict[str, Any]) -> dict[str, Any]:
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "cached_statements": 1000,  # More than a site has: what was prepared is kept.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return database
    # Bound the wait for a connection, for an answer (but in commands) and on a dead peer.
    options: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 10_000}
    if seconds := env.int("FORUM_STATEMENT_TIMEOUT", default=0):
        options["options"] = f"-c statement_timeout={seconds}s"
    # Prepare statements that come again: PostgreSQL plans a list in 6 ms and reads it in 0.3.
    options |= {"server_side_binding": True, "prepare_threshold": 3}
    return database | {
        "OPTIONS": options | database.get("OPTIONS", {}),
        "CONN_MAX_AGE": env.int("FORUM_CONN_MAX_AGE", default=0),
        "CONN_HEALTH_CHECKS": True,
    }


def layer_settings(redis_url: str, prefix: str) -> dict[str, Any]:
    """``CHANNEL_LAYERS["default"]``: Redis where there is one, else this process."""
    if not redis_url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [redis_url], "prefix": prefix},
    }


def cache_settings(redis_url: str, prefix: str) -> dict[str, Any]:
    """``CACHES["default"]``, in which throttles count: Redis where there is one, else memory.

    In memory more entries are held than anyone makes within the time of a throttle: each of
    them takes an attempt, and a full cache forgets a third of what it has counted.
    """
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES},
        }
    return {
        "BACKEND": "accounts.users.failover_cache.FailoverRedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": prefix,
    }


#: Some 200 bytes each.
MAX_ENTRIES = 100_000
