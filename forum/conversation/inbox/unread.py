"""How many notifications are unread, on every page and for open pages.

Finding them takes a statement of forty queries. A page shows only how many there are: the
unread ones are cached in the process, under numbers that change whenever a row that they are
found in does. They say which of them a page shows, so that reading it costs nothing where none
is unread.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from cachetools import LRUCache
from django.db.models import QuerySet, Subquery, Sum, Value
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Viewer, get_person_with_viewer_annotations
from forum.conversation.follows.unread import last_read_of_unread
from forum.conversation.inbox.models import EVERYBODY, NotificationChange
from forum.conversation.inbox.queries import find_notifications

if TYPE_CHECKING:
    from forum.conversation.inbox.notification import Notification


#: A count says no more than this.
MAX_UNREAD = 99
#: Some notifications come and go with time alone, such as those of others' seats that end:
#: they are looked for again after so long.
_MAX_AGE = timedelta(hours=1)
_MAX_PEOPLE = 20_000
#: Changes that are read at once to find whose counts may differ.
MAX_CHANGES = 300

#: What tells that notifications changed: the numbers of the person and of everybody.
Version = tuple[float | None, float | None]


class Unread(NamedTuple):
    """What is kept of an unread notification: its page, and of its post thread and number.

    These are 0 where it is of none.
    """

    at: datetime
    key: str
    path: str
    thread_id: int
    number: int
    #: Whether it tells that this post was written, as a thread that one follows does.
    is_of_message: bool


class _UnreadNotifications(NamedTuple):
    """The unread notifications, found ``at`` a moment, oldest first; those to come too."""

    at: datetime
    rows: list[Unread]

    def until(self, now: datetime) -> list[Unread]:
        """Those that are not to come."""
        return self.rows[: bisect_right(self.rows, now, key=lambda it: it.at)]


_cache: LRUCache[tuple[Viewer, Version], _UnreadNotifications] = LRUCache(_MAX_PEOPLE)
_lock = Lock()


def notification_version(person_id: int) -> dict[str, Any]:
    """Annotations of any row: the version of the notifications of the person."""
    return {"own_changes": _sum_for(person_id), "shared_changes": _sum_for(EVERYBODY)}


def unread_notifications(viewer: Viewer, version: Version, last_read: Mapping[int, int]) -> int:
    """How many notifications of ``viewer`` are unread, ``MAX_UNREAD`` at most.

    Without those of messages that a followed thread with news tells of, which are one line:
    ``last_read`` says up to which post these were read. ``version`` was read before, with
    ``notification_version``.
    """
    return _count(_unread(viewer, version), last_read)


def unread_of_page(viewer: Viewer, version: Version, path: str) -> list[Unread]:
    """The unread notifications of ``viewer`` that lead to the page at ``path``."""
    return [unread for unread in _unread(viewer, version) if unread.path == path]


def unread_of_posts(
    viewer: Viewer, version: Version, thread_id: int, numbers: range
) -> list[Unread]:
    """The unread notifications of ``viewer`` about posts ``numbers`` of the thread."""
    return [
        unread
        for unread in _unread(viewer, version)
        if unread.thread_id == thread_id and unread.number in numbers
    ]


def unread_of_shown_posts(
    viewers: Collection[Viewer], shown: Mapping[int, Iterable[tuple[int, range]]]
) -> dict[int, list[Unread]]:
    """``{person id: unread notifications}`` of ``viewers`` about posts that they were shown.

    ``shown``: of each person, threads and numbers. Those whose notifications are still to be
    found (``uncounted``) are left out.
    """
    now = timezone.now()
    return {
        viewer.person_id or 0: [
            unread
            for thread_id, numbers in shown.get(viewer.person_id or 0, ())
            for unread in unread_of_posts(viewer, version, thread_id, numbers)
        ]
        for viewer, version in _versions(viewers)
        if _cached_notifications(viewer, version, now) is not None
    }


def unread_notification_counts(viewers: Collection[Viewer]) -> dict[int, int]:
    """``{person id: unread}`` of those ``viewers`` whose notifications are found already."""
    unread: dict[int, list[Unread]] = {it.person_id: [] for it in viewers if it.person_id}
    now = timezone.now()
    for viewer, version in _versions(viewers):
        if _cached_notifications(viewer, version, now) is None:
            del unread[viewer.person_id or 0]
        else:
            unread[viewer.person_id or 0] = _unread(viewer, version)
    last_read = last_read_of_unread(
        {
            person: {it.thread_id for it in rows if it.is_of_message and it.thread_id}
            for person, rows in unread.items()
        }
    )
    return {person: _count(rows, last_read[person]) for person, rows in unread.items()}


def uncounted(viewers: Collection[Viewer]) -> list[Viewer]:
    """Those of ``viewers`` whose notifications are still to be found."""
    now = timezone.now()
    return [
        it for it, version in _versions(viewers) if not _cached_notifications(it, version, now)
    ]


def count_notifications(viewer: Viewer) -> None:
    """Find the notifications of ``viewer`` for ``unread_notification_counts``."""
    for it, version in _versions([viewer]):
        _unread(it, version)


def newest_changes() -> list[tuple[int, int]]:
    """``(id, person id)`` of the last ``MAX_CHANGES`` changes.

    Ids are not in the order of commits: a smaller one may come after a larger.
    """
    return _NEWEST.rows()


def _count(unread: Iterable[Unread], last_read: Mapping[int, int]) -> int:
    """How many of the ``unread`` are no message past what was read of threads with news."""
    counted = sum(
        not it.is_of_message
        or it.thread_id not in last_read
        or it.number <= last_read[it.thread_id]
        for it in unread
    )
    return min(counted, MAX_UNREAD)


def _unread(viewer: Viewer, version: Version) -> list[Unread]:
    """The unread notifications of ``viewer`` that are not to come."""
    now = timezone.now()
    cached = _cached_notifications(viewer, version, now) or _read(viewer, version, now)
    return cached.until(now)


def _cached_notifications(
    viewer: Viewer, version: Version, now: datetime
) -> _UnreadNotifications | None:
    with _lock:
        cached = _cache.get((viewer, version))
    return cached if cached and now - cached.at < _MAX_AGE else None


def _read(viewer: Viewer, version: Version, now: datetime) -> _UnreadNotifications:
    person = get_person_with_viewer_annotations(viewer.person_id or 0)
    notifications = find_notifications(person, viewer) if person else ()
    rows = [_unread_row(it) for it in notifications if not it.is_read]
    cached = _UnreadNotifications(now, sorted(rows, key=lambda it: it.at))
    with _lock:
        _cache[viewer, version] = cached
    return cached


def _unread_row(notification: Notification) -> Unread:
    thread_id, number = 0, 0
    if post := notification.post:
        thread_id, number = post.thread_id, post.number
    path = urlsplit(notification.url).path
    is_of_message = notification.reason is not None
    return Unread(notification.at, notification.key, path, thread_id, number, is_of_message)


def _newest() -> QuerySet[NotificationChange, tuple[int, int]]:
    rows = NotificationChange.objects.order_by("-pk").values_list("pk", "person_id")
    return rows[:MAX_CHANGES]


_NEWEST: CompiledQuery[tuple[int, int]] = CompiledQuery(_newest)


def _versions(viewers: Collection[Viewer]) -> list[tuple[Viewer, Version]]:
    """The registered ones of ``viewers``, and the versions of their notifications."""
    viewers = [viewer for viewer in viewers if viewer.is_registered]
    people = {viewer.person_id for viewer in viewers}
    sums = dict(_sums(people | {EVERYBODY}).values_list("person_id", "total"))
    return [(it, (sums.get(it.person_id), sums.get(EVERYBODY))) for it in viewers]


def _sums(people: Collection[Any]) -> QuerySet[Any, Any]:
    rows = NotificationChange.objects.filter(person_id__in=people).order_by()
    return rows.values("person_id").annotate(total=Sum("token"))


def _sum_for(person_id: int) -> Subquery:
    rows = NotificationChange.objects.filter(person_id=person_id).order_by()
    return Subquery(rows.values(of=Value(1)).annotate(total=Sum("token")).values("total"))
