"""What goes to the log, how often it repeats itself, and at what length."""

import time
from logging import Filter

from redis.exceptions import RedisError


def logging_config(debug):
    """The setting: all is said on the standard error of the process.

    What keeps an eye on it, and how long it is kept, is the system's affair.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
        "filters": {"repeat_limit": {"()": RepeatLimitFilter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO" if debug else "WARNING"},
            "django.request": {"level": "ERROR"},  # Not every address that is not there.
            "channels_redis.pubsub": {"filters": ["repeat_limit"]},
        },
    }


class RepeatLimitFilter(Filter):
    """Lets a message through once in ``pause`` seconds, with the number of those held back.

    For loggers that are not ours and say the same each second for as long as it lasts. That
    Redis does not answer is said in one line: where in its client this was found is no news.
    """

    def __init__(self, pause=60):
        """Nothing was said yet."""
        super().__init__()
        self.pause, self._said = pause, {}

    def filter(self, record):
        """Whether to say it."""
        now = time.monotonic()
        last, held = self._said.get(record.msg, (-self.pause, 0))
        if now - last < self.pause:
            self._said[record.msg] = last, held + 1
            return False
        self._said[record.msg] = now, 0
        error = record.exc_info and record.exc_info[1]
        if isinstance(error, RedisError):
            record.msg, record.exc_info = f"{record.msg} {error}", None
        if held:
            record.msg += f" (and {held} times since it was last said)"
        return True
