"""Drafting the issue of a week, editing and publishing it.

What animators do raises Refused for who is none, and is in the log of moderation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import Organisation, User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused, require, require_moderator
from forum.conversation.threads.models import Thread
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.library.newsletter.proposals import proposed_items
from forum.library.newsletter.queries import MAX_ITEMS, edited_items, last_position
from forum.library.tools.models import Tool


class Publication(Enum):
    """What is decided of an issue."""

    NOW = "now"
    #: By itself, on the Monday after its week.
    MONDAY = "monday"
    #: Not this week.
    NEVER = "never"


@dataclass(frozen=True)
class AddedItem:
    """What an item is to name: one of these, or ``words`` that lead to ``address``."""

    thread: Thread | None = None
    tool: Tool | None = None
    organisation: Organisation | None = None
    words: str = ""
    address: str = ""


@dataclass(frozen=True)
class IssueEdit:
    """What an animator wrote of an issue, and the one thing that they pressed.

    ``version``: that of the issue that they read. ``notes``: by the id of the item. ``raised``,
    ``lowered`` and ``removed``: the id of an item, if any.
    """

    version: int
    introduction: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)
    added: AddedItem | None = None
    raised: int | None = None
    lowered: int | None = None
    removed: int | None = None
    publication: Publication | None = None


class IssueConflict(Refused):
    """The issue was changed since it was read: ``current`` is what it says now."""

    status = 409

    def __init__(self, current: NewsletterIssue) -> None:
        self.current = current
        super().__init__(
            _(
                "Quelqu’un a changé cette édition pendant que vous écriviez. Vos mots sont "
                "gardés ci-dessous\u00a0: relisez, puis enregistrez de nouveau."
            )
        )


def propose_issue(at: datetime | None = None) -> NewsletterIssue | None:
    """Draft the issue of this week from what happened; None where there is one, or nothing.

    It is published by itself on Monday, unless animators say otherwise.
    """
    with transaction.atomic(durable=True):
        items = proposed_items(at)
        return _create(items, at or timezone.now()) if items else None


def start_issue(actor: Viewer) -> NewsletterIssue | None:
    """Draft that issue before its day, even if nothing happened; None where there is one."""
    with transaction.atomic(durable=True):
        require_moderator(actor)
        issue = _create(proposed_items(), timezone.now(), actor.person_id)
        if issue:
            _log(LoggedAction.EDIT_NEWSLETTER, actor, issue)
        return issue


def mark_published_issues_reviewed() -> int:
    """Mark issues that went out without an animator as reviewed; return how many."""
    with transaction.atomic(durable=True):
        rows = NewsletterIssue.objects.published().filter(reviewed_at=None)
        issues = list(rows.select_for_update(no_key=True))
        for issue in issues:
            issue.reviewed_at = issue.published_at
            issue.save(update_fields=["reviewed_at"])
            record_action(LoggedAction.PUBLISH_NEWSLETTER, None, reason=issue.slug)
        return len(issues)


def edit_issue(issue: NewsletterIssue, edit: IssueEdit, actor: Viewer) -> NewsletterIssue:
    """Have ``issue`` say what ``edit`` says, for all that ``actor`` sees of it; return it.

    What somebody wrote in goes out by itself no more, until an animator has chosen its day.
    Raise IssueConflict where it is not the version that they read, and nothing is written.
    """
    with transaction.atomic(durable=True):
        issue = lock_row(NewsletterIssue, issue.pk)
        require_moderator(actor)
        if issue.version != edit.version:
            issue.edited_by = User.objects.filter(pk=issue.edited_by_id or 0).first()
            raise IssueConflict(issue)
        items = edited_items(actor, issue)
        is_written = is_changed = _write_texts(issue, items, edit)
        is_changed |= _arrange(items, edit)
        if edit.added:
            is_changed |= _add(issue, items, edit.added)
        is_decided = _decide(issue, edit.publication, actor)
        if is_written and not issue.is_decided and not issue.is_published:
            issue.published_at = None
        if is_changed or is_decided:
            issue.version += 1
            issue.edited_at, issue.edited_by_id = timezone.now(), actor.person_id
        if is_changed or is_decided or not issue.reviewed_at:
            issue.reviewed_at = issue.reviewed_at or timezone.now()
            issue.save()
        if is_changed:
            _log(LoggedAction.EDIT_NEWSLETTER, actor, issue)
        return issue


def _create(
    items: Sequence[NewsletterItem], now: datetime, person_id: int | None = None
) -> NewsletterIssue | None:
    about = {"gathered_at": now, "edited_at": now, "edited_by_id": person_id}
    about["reviewed_at"] = now if person_id else None
    week = monday_of(timezone.localdate(now))
    issue, is_new = NewsletterIssue.objects.get_or_create(week=week, defaults=about)
    if not is_new:
        return None
    issue.published_at = issue.goes_out_at
    issue.save(update_fields=["published_at"])
    for item in items:
        item.issue = issue
    NewsletterItem.objects.bulk_create(items)
    return issue


def _write_texts(
    issue: NewsletterIssue, items: Sequence[NewsletterItem], edit: IssueEdit
) -> bool:
    """Write the introduction and the notes; return whether any has changed."""
    changed = [it for it in items if edit.notes.get(it.pk, it.note) != it.note]
    for item in changed:
        item.note = edit.notes[item.pk]
    NewsletterItem.objects.bulk_update(changed, ["note"])
    is_changed = bool(changed) or issue.introduction != edit.introduction
    issue.introduction = edit.introduction
    return is_changed


def _arrange(items: Sequence[NewsletterItem], edit: IssueEdit) -> bool:
    """Swap an item with the one beside it that the actor sees, or remove it."""
    places = {item.pk: n for n, item in enumerate(items)}
    if edit.removed in places:
        NewsletterItem.objects.filter(pk=edit.removed).delete()
        return True
    for pk, step in ((edit.raised, -1), (edit.lowered, 1)):
        if pk is None or pk not in places:
            continue
        beside = places[pk] + step
        if 0 <= beside < len(items):
            pair = items[places[pk]], items[beside]
            pair[0].position, pair[1].position = pair[1].position, pair[0].position
            NewsletterItem.objects.bulk_update(pair, ["position"])
            return True
    return False


def _add(issue: NewsletterIssue, items: Sequence[NewsletterItem], added: AddedItem) -> bool:
    """Add an item at the end; return whether it was not there."""
    rows = {name: getattr(added, name) for name in ("thread", "tool", "organisation")}
    named = {name: row for name, row in rows.items() if row}
    if named and NewsletterItem.objects.filter(issue=issue, **named).exists():
        return False
    too_many = _("Cette édition a déjà %(n)d éléments\u00a0: retirez-en un d’abord.")
    require(len(items) < MAX_ITEMS, too_many % {"n": MAX_ITEMS})
    position = last_position(issue) + 1
    about = named or {"words": added.words, "address": added.address}
    NewsletterItem.objects.create(issue=issue, position=position, **about)
    return True


def _decide(issue: NewsletterIssue, publication: Publication | None, actor: Viewer) -> bool:
    """Publish the issue, or not; return whether that was not decided already."""
    if publication is None or issue.is_published:
        return False
    was_decided, issue.is_decided = issue.is_decided, True
    moments = {
        Publication.NOW: timezone.now(),
        Publication.MONDAY: issue.goes_out_at,
        Publication.NEVER: None,
    }
    if issue.published_at == moments[publication]:
        return not was_decided
    issue.published_at = moments[publication]
    action = LoggedAction.PUBLISH_NEWSLETTER
    if publication is Publication.NEVER:
        action = LoggedAction.WITHHOLD_NEWSLETTER
    _log(action, actor, issue)
    return True


def _log(action: LoggedAction, actor: Viewer, issue: NewsletterIssue) -> None:
    record_action(action, actor.person_id, reason=issue.slug)


def forget_notes(thread: Thread) -> None:
    """Take away what issues, out or not, say of ``thread`` in an animator's own words.

    And of tools that have a version in it. Part of a move to more readers, for whom they were
    not written. Who edits such an issue meanwhile sees that it has changed.
    """
    versions = Tool.objects.filter(files__post__thread=thread)
    items = NewsletterItem.objects.filter(Q(thread=thread) | Q(tool__in=versions))
    issues = NewsletterIssue.objects.filter(pk__in=items.values("issue")).order_by("pk")
    list(issues.select_for_update(no_key=True))  # What is being saved is waited for.
    noted = items.exclude(note="")
    changed = {"version": F("version") + 1, "edited_at": timezone.now(), "edited_by": None}
    NewsletterIssue.objects.filter(pk__in=noted.values("issue")).update(**changed)
    noted.update(note="")
