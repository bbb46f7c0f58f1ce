"""Issues as a viewer is shown them: on home, in digests, on their own pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import read_week
from accounts.base.pagination import NumberedPage
from accounts.models import College
from accounts.viewers.viewers import GUEST, AccessLevel, Rights, Viewer
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.library.newsletter.querysets import readable_items, shown_issues, shown_items

#: For how long after it was published home and digests tell of an issue.
CURRENT = timedelta(days=9)
#: Items of an issue that a reader is shown, and of these what a mail names.
MAX_ITEMS, MAX_IN_MAIL = 15, 9


@dataclass(frozen=True)
class ShownIssue:
    """An issue with those of its items that one reader sees, in order.

    ``introduction``: "" to those for whom it is not written, who are no members.
    """

    issue: NewsletterIssue
    introduction: str
    items: Sequence[NewsletterItem]

    def __bool__(self) -> bool:
        """Whether it tells its reader anything."""
        return bool(self.introduction or self.items)

    @property
    def summary(self) -> str:
        """What home says of it: how it begins, or its first item."""
        return self.introduction or self.items[0].title

    @property
    def in_mail(self) -> Sequence[NewsletterItem]:
        """The items that a mail names: what their spaces let mails tell."""
        return [it for it in self.items if it.is_titled_in_mails][:MAX_IN_MAIL]

    @property
    def thread_ids(self) -> set[int]:
        """The ids of the threads that it names."""
        return {it.thread_id for it in self.items if it.thread_id}


def current_issue() -> NewsletterIssue | None:
    """The one published last, for as long as home and digests tell of it."""
    return _CURRENT.first(moment=timezone.now() - CURRENT)


def unread_issue(viewer: Viewer, read_week: date | None) -> ShownIssue | None:
    """The current issue as ``viewer`` is shown it, unless they read that of its week."""
    issue = current_issue()
    if issue and read_week and issue.week <= read_week:
        return None
    return shown_to(viewer, issue)


def shown_to(viewer: Viewer, issue: NewsletterIssue | None) -> ShownIssue | None:
    """``issue`` as ``viewer`` is shown it; None where it tells them nothing."""
    if issue is None:
        return None
    items = _ITEMS.rows(viewer.rights, MAX_ITEMS, issue=issue.pk)
    introduction = issue.introduction if viewer.is_member else ""
    return ShownIssue(issue, introduction, items) or None


def published_issues(number: int) -> NumberedPage[NewsletterIssue]:
    """Page ``number`` of all that were published, the latest first."""
    return NumberedPage(NewsletterIssue.objects.published(), number)


def published_issue(slug: str) -> NewsletterIssue:
    """The published issue at the address ``slug``; raise DoesNotExist where there is none."""
    issue: NewsletterIssue = NewsletterIssue.objects.published().get(week=_week_of(slug))
    return issue


def issue_beside(issue: NewsletterIssue, *, is_later: bool) -> NewsletterIssue | None:
    """The published issue of the week before, or after, that was published; None for none."""
    issues = NewsletterIssue.objects.published()
    if is_later:
        return issues.filter(week__gt=issue.week).order_by("week").first()
    return issues.filter(week__lt=issue.week).order_by("-week").first()


def find_issue(viewer: Viewer, slug: str) -> NewsletterIssue:
    """The issue, published or not; raise DoesNotExist where ``viewer`` is shown none."""
    issues = NewsletterIssue.objects.visible_to(viewer).select_related("edited_by")
    issue: NewsletterIssue = issues.get(week=_week_of(slug))
    return issue


def all_issues(viewer: Viewer, number: int) -> NumberedPage[NewsletterIssue]:
    """Page ``number`` of the issues, drafts too for animators, the latest first."""
    return NumberedPage(NewsletterIssue.objects.visible_to(viewer).order_by("-week"), number)


def issue_of_week(viewer: Viewer) -> NewsletterIssue | None:
    """The issue of this week, as ``find_issue``; None where it is not begun."""
    week = monday_of(timezone.localdate())
    return NewsletterIssue.objects.visible_to(viewer).filter(week=week).first()


def unreviewed_issues(viewer: Viewer) -> QuerySet[NewsletterIssue]:
    """The drafts that ``viewer`` may look at and nobody has, or that wait to be let out."""
    awaits_decision = Q(published_at=None, is_decided=False)
    issues = NewsletterIssue.objects.visible_to(viewer)
    return issues.filter(Q(reviewed_at=None) | awaits_decision)


def edited_items(viewer: Viewer, issue: NewsletterIssue) -> list[NewsletterItem]:
    """The items that ``viewer`` edits, in order: those that they see."""
    items = NewsletterItem.objects.visible_to(viewer).filter(issue=issue)
    return list(items.with_display_fields(viewer)[:MAX_ITEMS])


def last_position(issue: NewsletterIssue) -> int:
    """That of the last item of all, 0 for none."""
    return issue.items.aggregate(last=Max("position"))["last"] or 0


def previewed(actor: Viewer, issue: NewsletterIssue, college: College | None) -> ShownIssue:
    """``issue`` as a member of ``college`` will see it, or a guest where there is none.

    Without what ``actor`` does not see.
    """
    reader = GUEST
    if college is not None:
        reader = Viewer(AccessLevel.MEMBER, college_ids=frozenset([college.pk]))
    rows = NewsletterItem.objects.visible_to(actor).visible_to(reader, readable_items)
    items = list(rows.filter(issue=issue).with_display_fields(actor)[:MAX_ITEMS])
    return ShownIssue(issue, issue.introduction if college else "", items)


def _week_of(slug: str) -> date:
    """The Monday of the week that ``slug`` names; raise DoesNotExist for none."""
    if not (monday := read_week(slug)):
        raise NewsletterIssue.DoesNotExist
    return monday


def _current(at: datetime, moment: datetime) -> QuerySet[Any]:
    rule = partial(shown_issues, at=at)
    issues = NewsletterIssue.objects.visible_to(GUEST, rule).filter(published_at__gt=moment)
    return issues.order_by("-published_at", "-pk")[:1]


def _items(rights: Rights, limit: int, issue: int, at: datetime) -> QuerySet[Any]:
    items = NewsletterItem.objects.visible_to(rights, partial(shown_items, at=at))
    return items.filter(issue=issue).with_display_fields(rights)[:limit]


_CURRENT: CompiledQuery[NewsletterIssue] = CompiledQuery(_current, "at", "moment")
_ITEMS: CompiledQuery[NewsletterItem] = CompiledQuery(_items, "issue", "at")
