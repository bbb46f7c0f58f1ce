"""Settings of what runs beside pages: tasks, and how long things are kept.

When a task runs by the clock it says itself (``accounts/base/schedules.py``). Tasks are safe to
run twice, and delete in small transactions, so that nothing waits for them.
"""

import environ

__all__ = ["FORUM_QUESTIONS_PER_WEEK", "FORUM_QUIET_DAYS", "FORUM_RETENTION", "TASKS"]

env = environ.Env()
#: Of how many questions that are put to it an organisation is told in a week.
FORUM_QUESTIONS_PER_WEEK = env.int("FORUM_QUESTIONS_PER_WEEK", default=3)
#: Days without a reply after which a question that is not settled is told of anew.
FORUM_QUIET_DAYS = env.int("FORUM_QUIET_DAYS", default=7)

#: Days for which what is over is kept. The privacy page says them.
FORUM_RETENTION = {
    "sessions": 30,
    "unverified_accounts": 7,
    "invitations": 30,
    "signing_requests": 30,
    "group_entries": 90,
    "unused_files": 2,
    "unfinished_uploads": 1,
    "closing": 14,
    "replaced_names": 30,
    "drafts": 90,
    "inactive_accounts": 730,
    "finished_tasks": 14,
    "visibility_audits": 365,
    "reports": 365,
    "author_connections": 365,
    "author_accounts": 365,
    "author_identities": 5 * 365 + 1,
}

#: Tasks are rows of the database, so that they are written with what they are about. One is
#: tried five times, after ever longer pauses; a worker that says nothing for two minutes is
#: dead, and its task is another's. One that takes half an hour is ended, and has half a minute
#: to do so; the longest goes on where it was when it is tried again.
TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "OPTIONS": {
            "SCHEDULE_SOURCE": "accounts.base.schedules.DeclaredSchedules",
            "MAX_ATTEMPTS": 5,
            "BACKOFF_INITIAL": 10,
            "BACKOFF_MAX": 3600,
            "LOCK_TIMEOUT": 120,
            "TASK_TIMEOUT": 1800,
            "TASK_TIMEOUT_GRACE": 30,
        },
    }
}
