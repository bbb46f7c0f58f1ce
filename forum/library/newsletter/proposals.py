"""What the site proposes for an issue, by rules that the animators' page says.

Only what all members read, of what happened since the issue before; of each sort in turn one
more, until there are enough. Nobody's reads or thanks are counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Organisation
from accounts.viewers.viewers import AccessLevel, Viewer
from forum.base.outgoing_mail.queries import undoable_since
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.queries import SOON
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.threads.kinds import UNANSWERED, ThreadKind
from forum.conversation.threads.models import Thread
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem
from forum.library.tools.models import ToolVersion

#: Items of a proposal in all, and of one sort.
MAX_PROPOSED, _MAX_OF_A_SORT = 9, 4
#: Since when a question waits that is proposed, at least and at most.
WAITING, _STALE = timedelta(days=3), timedelta(days=60)
#: What happened before is not proposed, however long ago the last issue was.
_LONGEST = timedelta(days=31)
#: Who reads what all members read, and nothing else.
_ANY_MEMBER = Viewer(AccessLevel.MEMBER)


def proposed_items(at: datetime | None = None) -> list[NewsletterItem]:
    """The items, in order and unsaved, of a draft that is made ``at`` a moment."""
    now = at or timezone.now()
    sorts = [list(rows[:_MAX_OF_A_SORT]) for rows in _sorts(_since(now), now)]
    in_turn = list(dict.fromkeys(it for it in chain(*zip_longest(*sorts)) if it))
    in_turn = in_turn[:MAX_PROPOSED]
    chosen = [it for it in dict.fromkeys(chain(*sorts)) if it in in_turn]
    return [_item(row, n) for n, row in enumerate(chosen, start=1)]


def _since(now: datetime) -> datetime:
    issues = NewsletterIssue.objects.exclude(published_at=None).order_by("-gathered_at")
    last = issues.first()
    return max(last.gathered_at, now - _LONGEST) if last else now - timedelta(days=7)


def _sorts(since: datetime, now: datetime) -> list[Any]:
    """Announcements, decisions, meetings, questions that wait, solved ones, sheets, and so on.

    Questions that most territories have come first, then those that have waited longest.
    """
    settled = undoable_since(now)
    threads = Thread.objects.visible_to(_ANY_MEMBER)
    new = threads.filter(created_at__gt=since, created_at__lte=settled).order_by("-pk")
    items = NewsletterItem.objects.filter(issue__published_at__isnull=False)
    named = items.filter(thread=OuterRef("pk"))
    waiting = threads.filter(
        UNANSWERED, ~Exists(named), created_at__range=(now - _STALE, now - WAITING)
    )
    accepted = apps.get_model("forum", "AcceptedAnswer").objects.visible_to(_ANY_MEMBER)
    accepted = accepted.filter(thread=OuterRef("pk"), accepted_at__gt=since)
    solved = threads.filter(Exists(accepted), accepted__isnull=False)
    rounds = ConsentRound.objects.visible_to(_ANY_MEMBER)
    rounds = rounds.filter(thread=OuterRef("pk"), decided_at__gt=since)
    votes = PollMinutes.objects.visible_to(_ANY_MEMBER)
    votes = votes.filter(poll__thread=OuterRef("pk"), decided_at__gt=since)
    decided = threads.filter(Exists(rounds) | Exists(votes))
    coming = Meeting.objects.visible_to(_ANY_MEMBER).open().filter(thread=OuterRef("pk"))
    coming = coming.filter(starts_at__gt=now, starts_at__lte=now + SOON)
    # Those that the issue before could not have proposed.
    coming = coming.filter(Q(starts_at__gt=since + SOON) | Q(created_at__gt=since))
    tools = ToolVersion.objects.latest_seen(_ANY_MEMBER).select_related("file")
    joined = Organisation.objects.in_network().filter(admitted_at__gt=since)
    return [
        new.filter(kind=ThreadKind.ANNOUNCEMENT),
        decided.order_by("-last_posted_at", "-pk"),
        threads.filter(Exists(coming)).order_by("-last_posted_at", "-pk"),
        waiting.order_by("-same_question_count", "created_at", "pk"),
        solved.order_by("-last_posted_at", "-pk"),
        new.filter(kind=ThreadKind.EXPERIENCE, has_sheet=True),
        new.filter(kind=ThreadKind.EXPERIENCE, has_sheet=False),
        tools.filter(created_at__gt=since, created_at__lte=settled).newest_first(),
        joined.order_by("-admitted_at", "-pk"),
    ]


def _item(row: Any, position: int) -> NewsletterItem:
    if isinstance(row, ToolVersion):
        return NewsletterItem(tool_id=row.file.tool_id, position=position)
    name = "thread" if isinstance(row, Thread) else "organisation"
    return NewsletterItem(position=position, **{name: row})
