"""A meeting as its page shows it, and meetings as lists do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.dates import read_day, start_of_day
from accounts.base.pagination import NumberedPage
from accounts.base.parsing import parse_natural_number
from accounts.territories.map_places import MapPlace, department_of_address
from accounts.territories.queries import departments_by_code
from accounts.viewers.viewers import (
    Rights,
    Viewer,
    pair_with_viewers,
    with_viewer_annotations,
)
from forum.conversation.meetings.calendar_feeds.models import CalendarFeed
from forum.conversation.meetings.models import (
    Meeting,
    MeetingQuerySet,
    MeetingValues,
    Registration,
    has_minutes,
    own_registrations,
)
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_any

#: Names that are shown to who keeps a meeting.
MAX_NAMES = 500
#: Meetings to come that are listed; those of a month.
MAX_COMING, MAX_OF_MONTH = 50, 200
#: For how long ahead home and digests tell of the next.
SOON = timedelta(days=14)


class MeetingFilters(NamedTuple):
    """Which meetings are listed: of a topic, by its slug; of a month, by its first day.

    ``department``: by its code, in which of those to come.
    """

    topic: str = ""
    month: date | None = None
    department: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """What an address asks for."""
        year, _dash, month = params.get("mois", "").partition("-")
        numbers = parse_natural_number(year), parse_natural_number(month)
        first = read_day(*(number or 0 for number in numbers))
        return cls(params.get("sujet", "")[:80], first, params.get("departement", "")[:3])

    def url(self, page: int = 1, **changed: Any) -> str:
        """The page that lists them, with ``changed`` parts."""
        topic, month, department = self._replace(**changed)
        values = {"sujet": topic, "mois": f"{month:%Y-%m}" if month else ""}
        values["departement"] = department
        values["page"] = str(page) if page > 1 else ""
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('meetings')}?{query}" if query else reverse("meetings")

    @property
    def months_around(self) -> tuple[date | None, date | None]:
        """The months before and after the one that is listed."""
        assert self.month
        before, after = self.month - timedelta(days=1), self.month + timedelta(days=31)
        return read_day(before.year, before.month), read_day(after.year, after.month)

    def of_topic(self, meetings: MeetingQuerySet) -> MeetingQuerySet:
        """Those of ``meetings`` that are of the topic."""
        return meetings.filter(thread__topic__slug=self.topic) if self.topic else meetings


class ShownMeeting(NamedTuple):
    """What a viewer sees of a meeting: their own registration, and the names they may see."""

    own: Registration | None
    names: list[Registration]

    @property
    def has_place(self) -> bool:
        """Whether they are registered and wait for no place."""
        return self.own is not None and self.own.placed_at is not None


def get_meeting(viewer: Viewer, pk: int) -> Meeting:
    """The meeting with its thread; raise Meeting.DoesNotExist where they see none.

    Its ``has_minutes`` says whether the summary of the thread was written since, and
    ``has_feed`` whether they have an address by which their calendar asks for meetings.
    """
    annotations = has_minutes(viewer)
    annotations["has_feed"] = Exists(CalendarFeed.objects.visible_to(viewer))
    meetings = Meeting.objects.visible_to(viewer).with_counts().annotate(**annotations)
    return meetings.select_related("thread__space").get(pk=pk)


def shown_meeting_of(viewer: Viewer, meeting: Meeting, *, with_names: bool) -> ShownMeeting:
    """What ``viewer`` sees of ``meeting``, which was got for them.

    ``with_names``: also who registered, for who reads the sheet.
    """
    rows = Registration.objects.visible_to(viewer).filter(meeting=meeting)
    own = rows.filter(person=viewer.person_id or 0).first()
    if not with_names:
        return ShownMeeting(own, [])
    names = rows.select_related("person").order_by("registered_at", "pk")
    return ShownMeeting(own, list(names[:MAX_NAMES]))


def has_registration(viewer: Viewer, pk: int) -> bool:
    """Whether ``viewer`` is registered for this meeting, also where they no longer see it."""
    own = Registration.objects.visible_to(viewer, own_registrations).filter(meeting=pk)
    return viewer.is_registered and own.exists()


def unseen_registrations(meeting: Meeting) -> list[int]:
    """The ids of those for ``meeting`` whose people may no longer read its thread.

    None where nobody reads it: it may be restored.
    """
    if meeting.thread.removed_at:
        return []
    rows = Registration.objects.filter(meeting=meeting).order_by("pk")
    pairs = pair_with_viewers(with_viewer_annotations(rows, timezone.now()))
    rights = {viewer.rights for _row, viewer in pairs}
    _thread, seen_by = thread_for_any(rights, meeting.thread_id)
    return [row.pk for row, viewer in pairs if viewer.rights not in seen_by]


def open_meeting(viewer: Viewer, thread: Thread) -> Meeting | None:
    """The next meeting of ``thread`` that is to come, if there is one."""
    return open_meetings(viewer, thread).first()


def open_meetings(viewer: Viewer, thread: Thread) -> MeetingQuerySet:
    """The meetings of ``thread`` that are to come, the next first."""
    meetings = Meeting.objects.visible_to(viewer).open().filter(thread=thread)
    return meetings.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")


def repeated_call(viewer: Viewer, thread: Thread, values: MeetingValues) -> str:
    """The address of the call of the open meeting that ``viewer`` set with these ``values``.

    Empty where there is none: a form that is sent twice makes one call.
    """
    same = {name: getattr(values, name) for name in ("starts_at", "ends_at", "place")}
    meetings = Meeting.objects.visible_to(viewer).open().filter(thread=thread, **same)
    urls = meetings.filter(author=viewer.person_id).exclude(call_url="").order_by("pk")
    return urls.values_list("call_url", flat=True).first() or ""


def copied_meeting(viewer: Viewer, thread: Thread, pk: str) -> Meeting | None:
    """The meeting of ``thread`` that an address names; None where there is none."""
    meetings = Meeting.objects.visible_to(viewer).filter(thread=thread)
    return meetings.filter(pk=parse_natural_number(pk) or 0).first()


def other_meetings(viewer: Viewer, meeting: Meeting) -> list[Meeting]:
    """The other meetings of its thread, the next first."""
    meetings = Meeting.objects.visible_to(viewer).filter(thread=meeting.thread_id)
    return list(meetings.exclude(pk=meeting.pk).open_first()[:20])


def coming_meetings(viewer: Viewer, filters: MeetingFilters) -> list[Meeting]:
    """The open meetings that ``viewer`` sees, with their threads and counts, the next first."""
    meetings = filters.of_topic(Meeting.objects.visible_to(viewer).open())
    meetings = meetings.filter(ends_at__gt=timezone.now())
    return list(_listed(viewer, meetings).order_by("starts_at", "pk")[:MAX_COMING])


def marked_departments(meetings: Sequence[Meeting]) -> list[MapPlace]:
    """The departments of ``meetings``, on the map or overseas; of most the place says none."""
    counts = Counter(department_of_address(it.place) for it in meetings)
    del counts[""]
    rows = departments_by_code() if counts else []
    return [
        MapPlace(row.code, row.name, counts[row.code], row.x, row.y)
        for row in rows
        if row.code in counts
    ]


def month_meetings(viewer: Viewer, filters: MeetingFilters) -> list[Meeting]:
    """Those that begin in the month of ``filters``, and were not cancelled, in their order."""
    first, following = filters.month, filters.months_around[1]
    assert first
    meetings = filters.of_topic(Meeting.objects.visible_to(viewer).filter(cancelled_at=None))
    meetings = meetings.filter(starts_at__gte=start_of_day(first))
    if following:
        meetings = meetings.filter(starts_at__lt=start_of_day(following))
    meetings = _listed(viewer, meetings).annotate(**has_minutes(viewer))
    return list(meetings.order_by("starts_at", "pk")[:MAX_OF_MONTH])


def past_meetings(
    viewer: Viewer, number: int, filters: MeetingFilters
) -> NumberedPage[Meeting]:
    """Page ``number`` of those that took place, the last first."""
    meetings = filters.of_topic(Meeting.objects.visible_to(viewer).filter(cancelled_at=None))
    meetings = meetings.filter(ends_at__lte=timezone.now())
    meetings = meetings.annotate(**has_minutes(viewer))
    return NumberedPage(_listed(viewer, meetings).order_by("-starts_at", "-pk"), number)


def _listed(viewer: Viewer, meetings: MeetingQuerySet) -> MeetingQuerySet:
    """``meetings`` as lists show them; ``has_place`` and ``is_registered`` of ``viewer``."""
    own = Registration.objects.visible_to(viewer, own_registrations)
    own = own.filter(meeting=OuterRef("pk"))
    placed = own.filter(placed_at__isnull=False)
    annotations = {"is_registered": Exists(own), "has_place": Exists(placed)}
    if viewer.is_registered:
        meetings = meetings.annotate(**annotations)
    return meetings.with_counts().select_related(
        "thread__space__college", "thread__space__group"
    )


def next_meeting(viewer: Viewer) -> Meeting | None:
    """The next meeting within ``SOON`` that ``viewer`` sees, with its thread."""
    now = timezone.now()
    return _NEXT.first(viewer.rights, moment=now, before_day=now + SOON)


def _next(rights: Rights, moment: datetime, before_day: datetime) -> QuerySet[Meeting]:
    meetings = Meeting.objects.visible_to(rights).open()
    meetings = meetings.filter(ends_at__gt=moment, starts_at__lt=before_day)
    return meetings.select_related("thread__space").order_by("starts_at", "pk")[:1]


_NEXT = CompiledQuery(_next, "moment", "before_day")
