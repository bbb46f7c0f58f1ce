"""The notifications of a person, found in the rows that they are about.

No notification is stored. Each comes from a seat that was decided, a version to sign, a
question passed on: so it is right whenever one looks, goes when it no longer holds, and
publishing a version to thousands of members writes nothing for each.
"""

from importlib import import_module
from pkgutil import iter_modules

from django.utils import timezone

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.inbox import sources
from forum.inbox.notification import NOTIFICATION_SOURCES, Notification

MAX_NOTIFICATIONS = 100

for _module in iter_modules(sources.__path__, f"{sources.__name__}."):
    import_module(_module.name)  # Registers its sources.


def notifications_of(person: User, viewer: Viewer) -> list[Notification]:
    """The ``MAX_NOTIFICATIONS`` newest of ``person``, who looks as ``viewer``, newest first."""
    now = timezone.now()
    notifications = [
        notification
        for source in NOTIFICATION_SOURCES.values()
        for notification in source(person, viewer)
        if notification.at <= now
    ]
    notifications.sort(key=lambda notification: notification.at, reverse=True)
    return notifications[:MAX_NOTIFICATIONS]
