"""The spaces of which an animator says what mails tell."""

from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum import visibility
from forum.models import Space


def spaces_to_set(viewer: Viewer) -> QuerySet[Space]:
    """Those in which ``viewer`` writes, but for groups: these have settings of their own."""
    return Space.objects.visible_to(viewer, visibility.writable_spaces).filter(group=None)
