"""What one source of notifications finds."""

from functools import cache

from forum.conversation.inbox.notification import NOTIFICATION_SOURCES
from forum.conversation.inbox.queries import found_by, statement_of


def notifications_by(find, person, viewer):
    """The notifications that the source of the function ``find`` finds, in no order."""
    source, statement = _asked_alone(find)
    return list(found_by([source], statement, person, viewer))


@cache
def _asked_alone(find):
    (source,) = (it for it in NOTIFICATION_SOURCES.values() if it.find is find)
    return source, statement_of([source])
