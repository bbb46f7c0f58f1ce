"""The notifications of a person, found in the rows that they are about.

No notification is stored. Each comes from a seat that was decided, a version to sign, a
question passed on: so it is right whenever one looks, goes when it no longer holds, and
publishing a version to thousands of members writes nothing for each.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from django.utils import timezone

from accounts.base.discovery import feature_modules
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.inbox import sources as source_modules
from forum.inbox.notification import NOTIFICATION_SOURCES, WAITING_SOURCES, Notification

MAX_NOTIFICATIONS = 100

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
    found = (one for one in find_notifications(person, viewer) if one.at <= now)
    return sorted(found, key=lambda one: one.at, reverse=True)


def find_notifications(person: User, viewer: Viewer) -> Iterator[Notification]:
    """All notifications of ``person``, those to come too, in no order."""
    for source in NOTIFICATION_SOURCES.values():
        yield from source(person, viewer)


def find_waiting(person: User, viewer: Viewer) -> list[Notification]:
    """What waits for ``person`` to act, and what will, newest first."""
    found = (one for source in WAITING_SOURCES.values() for one in source(person, viewer))
    waiting = (one for one in found if one.is_waiting)
    return sorted(waiting, key=lambda one: one.at, reverse=True)
