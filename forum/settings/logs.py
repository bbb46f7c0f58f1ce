"""The setting of logs, and a filter of messages that repeat."""

import time
from logging import Filter, LogRecord
from typing import Any

from redis.exceptions import RedisError


def logging_config(debug: bool) -> dict[str, Any]:
    """``LOGGING``: everything goes to standard error, which the system keeps."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
        "filters": {"repeat_limit": {"()": RepeatLimitFilter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO" if debug else "WARNING"},
            "django.request": {"level": "ERROR"},  # Not each 404.
            # The worker: one that has a handler is given no other, which would repeat it.
            "django_ox": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "channels_redis.pubsub": {"filters": ["repeat_limit"]},
            # What strangers send; a program tells the same of it, with a traceback.
            "forum.bounces": {"filters": ["repeat_limit"]},
            "flufl.bounce": {"level": "CRITICAL"},
            # What clients do wrong, and could do without end.
            "realtime.clients": {"filters": ["repeat_limit"]},
            "uvicorn.error": {"filters": ["repeat_limit"]},
        },
    }


class RepeatLimitFilter(Filter):
    """Passes a message once in ``pause`` seconds, with the number of those held back.

    It is for loggers that repeat the same each second while something fails, or as often as a
    client likes. With another kind of error it is another message. The traceback of a Redis
    error is left out.
    """

    def __init__(self, pause: float = 60) -> None:
        super().__init__()
        self.pause = pause
        #: By message and kind of error: when it last passed, and how many were held back since.
        self._passed: dict[tuple[str, type | None], tuple[float, int]] = {}

    def filter(self, record: LogRecord) -> bool:
        """Whether to pass ``record``."""
        now = time.monotonic()
        error = record.exc_info[1] if record.exc_info else None
        key = record.msg, type(error) if error else None
        last, held = self._passed.get(key, (-self.pause, 0))
        if now - last < self.pause:
            self._passed[key] = last, held + 1
            return False
        self._passed[key] = now, 0
        if isinstance(error, RedisError):
            record.msg, record.exc_info = f"{record.msg} {error}", None
        if held:
            record.msg += f" (and {held} times since it was last said)"
        return True
