"""What a calendar feed gives: by the rights of its person at the moment that it is asked."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.base.mail import site_address
from accounts.charter.status import LAPSED, get_charter_status
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.spaces.models import Audience, MailContent
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed, FeedScope
from forum.conversation.meetings.models import Meeting, Registration

#: For how long what took place is given; meetings at most.
PAST_PERIOD, MAX_MEETINGS = timedelta(days=60), 200
_COLUMNS = (
    "pk", "starts_at", "ends_at", "time_zone", "place", "call_url", "sequence", "changed_at",
    "cancelled_at",
)  # fmt: skip
#: Of those that one may read, which each scope has.
_CONDITIONS = {
    FeedScope.READ: Q(),
    FeedScope.OWN_SPACES: Q(thread__space__audience__in=[Audience.COLLEGE, Audience.GROUP]),
    FeedScope.REGISTERED: Q(has_place=True),
    FeedScope.PUBLIC: Q(thread__space__audience=Audience.PUBLIC),
}


def find_feed(token: str) -> CalendarFeed | None:
    """The feed of this ``token``, with its person; None where there is none."""
    return CalendarFeed.objects.select_related("person").filter(token=token).first()


def own_feed(viewer: Viewer) -> CalendarFeed | None:
    """The feed of ``viewer``, if they made one."""
    return CalendarFeed.objects.visible_to(viewer).first()


def feed_meetings(
    viewer: Viewer, scope: FeedScope = FeedScope.READ
) -> list[tuple[Meeting, bool]]:
    """The meetings that a calendar of ``viewer`` is given, each with whether its call is.

    Cancelled ones as well. What spaces let no mail name is in no calendar of others either.
    """
    has_place = Registration.objects.filter(
        meeting=OuterRef("pk"), person=viewer.person_id or 0, placed_at__isnull=False
    )
    since = timezone.now() - PAST_PERIOD
    meetings = Meeting.objects.visible_to(viewer).filter(ends_at__gt=since)
    meetings = meetings.exclude(thread__space__mail_content=MailContent.NOTHING)
    annotations = {"has_place": Exists(has_place)}
    meetings = meetings.annotate(**annotations).filter(_CONDITIONS[scope])
    meetings = meetings.select_related("thread__space")
    rows = meetings.order_by("starts_at", "pk")[:MAX_MEETINGS]
    return [(row, row.has_place and row.thread.space.is_quoted_in_mails) for row in rows]


def charter_day_of(person: User, viewer: Viewer, scope: FeedScope) -> date | None:
    """Today, where ``person`` is not given all of ``scope`` until they sign again."""
    if scope == FeedScope.PUBLIC or viewer.is_signatory:
        return None
    if get_charter_status(person, viewer).state != LAPSED:
        return None
    return timezone.localdate()


def etag_of(meetings: list[tuple[Meeting, bool]], charter_day: date | None) -> str:
    """What changes as soon as what is given of ``meetings``, and of that day, does."""
    rows = [
        (*(getattr(meeting, name) for name in _COLUMNS), meeting.thread.title, has_call)
        for meeting, has_call in meetings
    ]
    text = repr((site_address(), get_language(), rows, charter_day))
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'
