"""What an open page must be told: its rights asked anew, then the forum.

The sockets know when to look; this knows how. One look is one hop to a thread, and starts
from a session, because who that is, and what they may see, may have changed since.
"""

from dataclasses import dataclass

from channels.db import database_sync_to_async
from django.utils.translation import override

from accounts import viewers
from forum.lists.refresh import Refresh, refresh
from forum.models import Space, Thread
from forum.pages import Numbered
from forum.threads.changes import TooFarBehind, changes


class Gone(Exception):
    """What the page shows is not, or no longer, its visitor's to see."""


class Stale(Exception):
    """The page cannot be mended in place: it must be loaded again."""


@dataclass(frozen=True)
class Look:
    """What one look found: for whom, and what goes over the line."""

    person_id: int | None
    frame: dict


@dataclass(frozen=True)
class ListLook(Look):
    """``spaces``: those whose threads the visitor may list. ``known``: rows, by change."""

    spaces: frozenset
    known: dict


@database_sync_to_async
def look_at_thread(visitor, thread_id, after):
    """Bring a page of a thread that has seen change ``after`` up to now.

    Raise Gone, the same for a hidden thread and for none, or Stale.
    """
    viewer = _viewer(visitor)
    try:
        with override(visitor.language):
            news = changes(viewer, thread_id, after)
    except Thread.DoesNotExist:
        raise Gone from None
    except TooFarBehind:
        raise Stale from None
    return Look(viewer.person_id, news.as_frame())


@database_sync_to_async
def spaces_listed(visitor):
    """The ids of the spaces whose threads ``visitor`` may list."""
    return frozenset(Space.objects.visible_to(_viewer(visitor)).values_list("pk", flat=True))


@database_sync_to_async
def look_at_list(visitor, listing, known):
    """Bring a page that shows ``known`` (``{thread id: seq}``) of ``listing`` up to now.

    Raise Gone where it is the list of a space that is not, or no longer, to be seen.
    """
    viewer = _viewer(visitor)
    spaces = dict(Space.objects.visible_to(viewer).values_list("pk", "slug"))
    if listing.space and listing.space not in spaces.values():
        raise Gone
    # Read before the rows are: what commits in between is sent again, and not missed.
    current = _seqs(viewer, listing)
    news = Refresh(list(current), {})
    if current != known:
        with override(visitor.language):
            news = refresh(viewer, listing, known)
    return ListLook(viewer.person_id, news.as_frame(), frozenset(spaces), current)


def _viewer(visitor):
    key = visitor.session_key
    return viewers.of_sessions([key])[key]


def _seqs(viewer, listing):
    rows = listing.threads(viewer).prefetch_related(None).values_list("pk", "seq")
    return dict(Numbered(rows, listing.page).rows)
