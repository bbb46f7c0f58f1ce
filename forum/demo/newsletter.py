"""The newsletter of the demonstration: a published issue, and the draft of this week."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from forum.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.newsletter.proposals import proposed_items

_INTRODUCTION = (
    "Cette semaine, on a parlé chaleur et argent\u00a0: qui porte le réseau, qui paie quand la "
    "chaudière tombe en panne, et ce que le bois a coûté pour de vrai."
)
_DRAFT_INTRODUCTION = "À relire avant lundi\u00a0: il manque encore la date des rencontres."
_NOTE = "Si votre territoire a vécu cela, trois lignes suffisent."


def create_newsletter(now: datetime) -> None:
    """Publish the issue of last week, and draft that of this week, as the site does."""
    animator = User.objects.filter(is_animator=True).order_by("pk").first()
    week = monday_of(timezone.localdate(now))
    for monday, introduction, gathered_at in [
        (week - timedelta(days=7), _INTRODUCTION, now - timedelta(days=4)),
        (week, _DRAFT_INTRODUCTION, now),
    ]:
        items = proposed_items(gathered_at)
        issue = NewsletterIssue(
            week=monday, introduction=introduction, gathered_at=gathered_at,
            reviewed_at=gathered_at, edited_by=animator,
        )  # fmt: skip
        issue.published_at = issue.goes_out_at
        if monday < week:  # Also on a Monday before its hour.
            issue.published_at = min(issue.goes_out_at, now - timedelta(hours=1))
        issue.save()
        for item in items:
            item.issue = issue
        questions = [it for it in items if it.thread and it.thread.kind == "question"]
        for item in questions[:1]:
            item.note = _NOTE
        NewsletterItem.objects.bulk_create(items)
