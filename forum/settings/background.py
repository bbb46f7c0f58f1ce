"""Settings of what runs beside pages: schedules, tasks, and how long things are kept.

A schedule runs once, whatever the number of workers and machines: the database holds which
runs were begun. Hours are those of the site's time zone. Tasks are safe to run twice, and
delete in small transactions, so that nothing waits for them.
"""

from typing import Any

import environ

from forum.settings.mail import FORUM_IMAP_URL

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

#: What the worker does by the clock: the schedule's name, its task, and when.
SCHEDULES: dict[str, dict[str, Any]] = {
    "announce-departures": {
        "task": "forum.members.handover.tasks.announce_ended_seats",
        "every": 60,
    },
    "delete-expired-sessions": {
        "task": "accounts.users.tasks.delete_expired_sessions",
        "cron": "17 * * * *",
    },
    "lift-ended-suspensions": {
        "task": "accounts.users.tasks.lift_ended_suspensions",
        "every": 60,
    },
    "delete-unverified-accounts": {
        "task": "accounts.users.tasks.delete_unverified_accounts",
        "cron": "10 3 * * *",
    },
    "delete-invitations": {
        "task": "accounts.admission.tasks.delete_old_invitations",
        "cron": "20 3 * * *",
    },
    "delete-signing-requests": {
        "task": "accounts.charter.signing_requests.tasks.delete_old_requests",
        "cron": "30 3 * * *",
    },
    "delete-notification-changes": {
        "task": "forum.conversation.inbox.tasks.delete_old_changes",
        "cron": "40 3 * * *",
    },
    "continue-index": {
        "task": "forum.base.search_index.reindexing.tasks.continue_index",
        "every": 60,
    },
    "match-saved-searches": {
        "task": "forum.finding.saved_searches.matching.tasks.match_saved_searches",
        "every": 60,
    },
    "mail-posts": {"task": "forum.mail.thread_mail.tasks.mail_posts", "every": 60},
    "mail-notifications": {
        "task": "forum.mail.thread_mail.notifications.tasks.mail_notifications",
        "every": 60,
    },
    "remind-by-mail": {
        "task": "forum.mail.thread_mail.notifications.tasks.remind_by_mail",
        "cron": "0 8 * * *",
    },
    "tell-of-quiet-questions": {
        "task": "forum.conversation.questions.quiet_questions.tasks.tell_of_quiet_questions",
        "cron": "30 7 * * *",
    },
    "send-digests": {"task": "forum.mail.thread_mail.digests.tasks.send_digests", "every": 60},
    "draft-newsletter": {
        "task": "forum.library.newsletter.tasks.draft_newsletter",
        "cron": "0 14 * * 4",
    },
    "settle-newsletters": {
        "task": "forum.library.newsletter.tasks.settle_newsletters",
        "cron": "1 7 * * *",
    },
    "delete-settled-digests": {
        "task": "forum.mail.thread_mail.digests.tasks.delete_settled_digests",
        "cron": "27 3 * * *",
    },
    "delete-settled-mails": {
        "task": "forum.mail.thread_mail.tasks.delete_settled_mails",
        "cron": "25 3 * * *",
    },
    "delete-received-mails": {
        "task": "forum.mail.thread_mail.replies.tasks.delete_received_mails",
        "cron": "26 3 * * *",
    },
    "delete-finished-tasks": {
        "task": "forum.site.operations.tasks.delete_finished_tasks",
        "cron": "50 3 * * *",
    },
    "delete-group-entries": {
        "task": "accounts.groups.tasks.delete_old_entries",
        "cron": "35 3 * * *",
    },
    "forget-replaced-names": {
        "task": "forum.members.closing.tasks.delete_old_names",
        "cron": "50 3 * * *",
    },
    "close-accounts": {
        "task": "forum.members.closing.tasks.close_due_accounts",
        "cron": "*/15 * * * *",
    },
    "warn-inactive-accounts": {
        "task": "forum.members.closing.tasks.warn_inactive_accounts",
        "cron": "0 9 * * *",
    },
    "ask-about-sheets": {
        "task": "forum.library.sheets.tasks.ask_if_still_true",
        "cron": "0 6 * * *",
    },
    "end-review-calls": {
        "task": "forum.library.sheets.tasks.end_review_calls",
        "cron": "5 4 * * *",
    },
    "delete-old-drafts": {
        "task": "forum.conversation.drafts.tasks.delete_old_drafts",
        "cron": "52 3 * * *",
    },
    "delete-reports": {
        "task": "forum.moderation.reports.tasks.delete_old_reports",
        "cron": "55 3 * * *",
    },
    "delete-unused-tags": {
        "task": "forum.finding.tags.tasks.delete_unused_tags",
        "cron": "45 3 * * *",
    },
    "audit-visibility": {
        "task": "forum.moderation.visibility_audit.tasks.audit_visibility",
        "cron": "15 4 * * *",
    },
    "delete-author-records": {
        "task": "accounts.author_records.tasks.delete_old_records",
        "cron": "5 3 * * *",
    },
    "sweep-files": {
        "task": "forum.conversation.files.tasks.sweep_files",
        "cron": "*/30 * * * *",
    },
    "verify-register": {
        "task": "accounts.charter.tasks.verify_register",
        "cron": "0 4 * * *",
    },
}

if FORUM_IMAP_URL:
    SCHEDULES["fetch-mail"] = {
        "task": "forum.mail.thread_mail.mailbox.tasks.fetch_mail",
        "every": 60,
    }

#: Tasks are rows of the database, so that they are written with what they are about. One is
#: tried five times, after ever longer pauses; a worker that says nothing for two minutes is
#: dead, and its task is another's. One that takes half an hour is ended, and has half a minute
#: to do so; the longest goes on where it was when it is tried again.
TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "OPTIONS": {
            "SCHEDULES": SCHEDULES,
            "MAX_ATTEMPTS": 5,
            "BACKOFF_INITIAL": 10,
            "BACKOFF_MAX": 3600,
            "LOCK_TIMEOUT": 120,
            "TASK_TIMEOUT": 1800,
            "TASK_TIMEOUT_GRACE": 30,
        },
    }
}
