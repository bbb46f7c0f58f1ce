"""What a notification is, and the functions that find them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.viewers.viewers import Viewer


@dataclass(frozen=True)
class Notification:
    """One thing that happened ``at`` a moment, in a sentence, and the page that shows it.

    ``is_waiting``: whether it is until the person has acted, on that page. ``is_mailed``:
    whether a mail may say it too; not where it names what the person may no longer read.
    """

    at: datetime
    text: str
    url: str
    is_waiting: bool = False
    is_mailed: bool = True


#: Finds the notifications of a person, who looks as a viewer.
NotificationSource = Callable[[User, Viewer], Iterator[Notification]]

#: All sources, by their full names: ``notification_source`` fills it.
NOTIFICATION_SOURCES: dict[str, NotificationSource] = {}
#: Those of them whose notifications may wait for the person.
WAITING_SOURCES: dict[str, NotificationSource] = {}


def notification_source(source: NotificationSource) -> NotificationSource:
    """Decorate a function that the inbox, and its count, ask.

    It is in ``inbox/sources``, or in ``notifications.py`` of a feature.

    What it reads must be told of by ``forum/inbox/triggers.py``.
    """
    NOTIFICATION_SOURCES[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def waiting_source(source: NotificationSource) -> NotificationSource:
    """The same, for one that finds what waits for the person: home asks it too."""
    WAITING_SOURCES[f"{source.__module__}.{source.__qualname__}"] = source
    return notification_source(source)
