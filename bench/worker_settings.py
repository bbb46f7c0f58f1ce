"""The site of ``bench.worker_kills``: tasks of its own, and a worker found dead in seconds."""

from copy import deepcopy

from forum.settings import *  # noqa: F403
from forum.settings import TASKS

TASKS = deepcopy(TASKS)
TASKS["default"]["OPTIONS"] |= {
    "SCHEDULE_SOURCE": "",
    "LOCK_TIMEOUT": 4,
    "BACKOFF_INITIAL": 1,
    "MAX_ATTEMPTS": 10,
}
FORUM_WORKER_INSIDE = False
