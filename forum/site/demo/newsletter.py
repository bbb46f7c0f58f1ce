"""The newsletter of the demonstration: a published issue, and the draft of this week."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from accounts.viewers.viewers import AccessLevel, Viewer
from forum.conversation.threads.kinds import UNANSWERED
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.models import Thread, ThreadKind

_INTRODUCTION = (
    "Cette semaine, on a parlé argent et organisation\u00a0: qui porte le projet, qui paie en "
    "cas de panne, et ce que cela a coûté pour de vrai."
)
_DRAFT_INTRODUCTION = "À relire avant lundi\u00a0: il manque encore la date des rencontres."
_NOTE = "Si votre territoire a vécu cela, trois lignes suffisent."


def create_newsletter(now: datetime) -> None:
    """Publish the issue of last week, and leave that of this week to be published."""
    animator = User.objects.filter(is_animator=True).order_by("pk").first()
    week = monday_of(timezone.localdate(now))
    for nth, (monday, introduction) in enumerate(
        [(week, _DRAFT_INTRODUCTION), (week - timedelta(days=7), _INTRODUCTION)]
    ):
        issue = NewsletterIssue(
            week=monday, introduction=introduction, gathered_at=now - timedelta(days=4 * nth),
            reviewed_at=now, edited_by=animator,
        )  # fmt: skip
        if monday < week:  # Out, also on a Monday before its hour.
            issue.published_at = min(issue.goes_out_at, now - timedelta(hours=1))
            issue.is_decided = True
        issue.save()
        NewsletterItem.objects.bulk_create(
            NewsletterItem(
                issue=issue, thread=thread, position=position,
                note=_note_on(thread),
            )
            for position, thread in enumerate(_threads(nth), start=1)
        )  # fmt: skip


def _note_on(thread: Thread) -> str:
    is_waiting = thread.kind == ThreadKind.QUESTION and not thread.reply_count
    return _NOTE if is_waiting else ""


def _threads(nth: int) -> list[Thread]:
    """The ``nth`` two of each sort that all members read, the newest first."""
    seen = Thread.objects.visible_to(Viewer(AccessLevel.MEMBER)).order_by("-pk")
    sorts = (
        seen.filter(kind=ThreadKind.ANNOUNCEMENT),
        seen.filter(UNANSWERED),
        seen.filter(accepted__isnull=False),
        seen.filter(kind=ThreadKind.EXPERIENCE),
    )
    return [thread for threads in sorts for thread in threads[2 * nth : 2 * nth + 2]]
