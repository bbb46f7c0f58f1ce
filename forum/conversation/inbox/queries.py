"""The notifications of a person, found in the rows that they are about.

No notification is stored, but only which were read. Each comes from a seat that was decided, a
version to sign, a question passed on: so it is right whenever one looks, goes when it no longer
holds, and publishing a version to thousands of members writes nothing for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain, islice
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.compiled_unions import CompiledUnion
from accounts.base.discovery import feature_modules
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.inbox import sources as source_modules
from forum.conversation.inbox.models import NotificationRead
from forum.conversation.inbox.notification import (
    NOTIFICATION_SOURCES,
    Notification,
    NotificationSource,
    by_message,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


MAX_NOTIFICATIONS = 100
#: Read notifications that are known one by one; what is older than the last of them is read.
MAX_READ = 500

for _module in iter_modules(source_modules.__path__, f"{source_modules.__name__}."):
    import_module(_module.name)  # Registers its sources.
for _name in feature_modules("forum", "notifications"):
    import_module(_name)


def notifications_of(person: User, viewer: Viewer) -> list[Notification]:
    """The ``MAX_NOTIFICATIONS`` newest of ``person``, who looks as ``viewer``, newest first."""
    return notifications_until_now(person, viewer)[:MAX_NOTIFICATIONS]


def notifications_until_now(person: User, viewer: Viewer) -> list[Notification]:
    """All of ``person`` but those to come, newest first."""
    now = timezone.now()
    past = (it for it in find_notifications(person, viewer) if it.at <= now)
    return sorted(past, key=lambda it: it.at, reverse=True)


def find_notifications(person: User, viewer: Viewer) -> Iterator[Notification]:
    """All notifications of ``person``, those to come too, in no order."""
    return found_by(_SOURCES, _STATEMENT, person, viewer)


def find_waiting(person: User, viewer: Viewer) -> list[Notification]:
    """What waits for ``person`` to act, and what will, newest first."""
    notifications = found_by(_WAITING_SOURCES, _WAITING_STATEMENT, person, viewer)
    waiting = (it for it in notifications if it.is_waiting)
    return sorted(waiting, key=lambda it: it.at, reverse=True)


def found_by(
    sources: Iterable[NotificationSource],
    statement: CompiledUnion,
    person: User,
    viewer: Viewer,
) -> Iterator[Notification]:
    """What ``sources`` find for ``person``, whose queries are asked in ``statement``.

    One notification of each post that was written, whichever of them tell of it.
    """
    read, *rows_of_sources = statement.rows(viewer.rights, person_id=person.pk)
    rows = iter(rows_of_sources)
    found = chain.from_iterable(
        source.find(person, viewer, *islice(rows, len(source.queries))) for source in sources
    )
    yield from with_reads(by_message(found), person, read)


def with_reads(
    notifications: Iterable[Notification], person: User, read: Iterable[NotificationRead]
) -> Iterator[Notification]:
    """``notifications``, each with whether ``person`` has read it; ``read`` are their rows."""
    until = {row.key: row.until for row in read}
    for notification in notifications:
        read_until = max(person.inbox_read_at, until.get(notification.key, _NEVER))
        is_read = notification.at <= read_until
        yield replace(notification, is_read=True) if is_read else notification


def statement_of(sources: Iterable[NotificationSource]) -> CompiledUnion:
    """The one statement that asks what was read, and the queries of ``sources``."""
    return CompiledUnion([READS, *(query for source in sources for query in source.queries)])


def _reads(person_id: int) -> QuerySet[NotificationRead]:
    return NotificationRead.objects.filter(person=person_id).order_by("-until")[:MAX_READ]


_NEVER = datetime.min.replace(tzinfo=UTC)
READS: CompiledQuery[NotificationRead] = CompiledQuery(_reads, "person_id")


_SOURCES = tuple(NOTIFICATION_SOURCES.values())
_WAITING_SOURCES = tuple(source for source in _SOURCES if source.may_wait)
_STATEMENT, _WAITING_STATEMENT = statement_of(_SOURCES), statement_of(_WAITING_SOURCES)
