"""The site whose processes are killed: what they do can hang, and is tried again soon."""

from copy import deepcopy

from forum.settings import *  # noqa: F403
from forum.settings import MIDDLEWARE, STORAGES, TASKS

STORAGES = deepcopy(STORAGES)
STORAGES["files"] = {"BACKEND": "tests.forum.conversation.files.faulty_storage.HangingStorage"}
MIDDLEWARE = ["tests.forum.conversation.files.faulty_storage.hanging_middleware", *MIDDLEWARE]
TASKS = deepcopy(TASKS)
TASKS["default"]["OPTIONS"] |= {"SCHEDULE_SOURCE": "", "LOCK_TIMEOUT": 4, "BACKOFF_INITIAL": 1}
FORUM_WORKER_INSIDE = False
