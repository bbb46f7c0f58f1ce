"""What waits for a person to act, as home shows it: asked for seldom, and cached meanwhile."""

from datetime import datetime, timedelta
from threading import Lock

from cachetools import LRUCache
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.inbox.notification import Notification, without_repeats
from forum.conversation.inbox.queries import find_waiting
from forum.conversation.inbox.unread import Version

#: An invitation and a seat may also end by themselves: all is looked for again after so long.
_MAX_AGE = timedelta(minutes=2)
_MAX_PEOPLE = 5_000

_cache: LRUCache[tuple[Viewer, Version, str | None], tuple[datetime, list[Notification]]] = (
    LRUCache(_MAX_PEOPLE)
)
_lock = Lock()


def waiting_for(person: User, viewer: Viewer, version: Version) -> list[Notification]:
    """What waits for ``person`` to act, newest first; what was told again and again, once.

    ``version`` was read before, with ``unread.notification_version``: what changed since is
    another one.
    """
    now, key = timezone.now(), (viewer, version, get_language())
    with _lock:
        at, notifications = _cache.get(key, (None, []))
    if at is None or now - at > _MAX_AGE:
        notifications = find_waiting(person, viewer)
        with _lock:
            _cache[key] = now, notifications
    return without_repeats(it for it in notifications if it.at <= now)
