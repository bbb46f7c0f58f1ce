"""What a page of a thread must change to be true again.

The socket, the plain-HTTP stand-in and the answer to an enhanced form all give this, so
there is one way to catch up, however a page came to be behind.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from accounts.viewers.viewers import Rights, Viewer
from forum import visibility
from forum.events import events_between
from forum.threads.models import Post, Thread
from forum.threads.queries import render_header_and_footer, thread_for_any
from forum.threads.rendering import render_own_post, render_posts

#: Further behind than this many changes, a page reloads.
MAX_CHANGES = 200


class TooFarBehind(Exception):
    """The page missed too much, or what it missed is no longer logged: reload it."""


@dataclass(frozen=True)
class ThreadChanges:
    """The change a page will have seen, ``{element id: html}`` to put in place, the state.

    None for an element takes it away. ``state`` is absolute and small.
    """

    seq: int
    elements: dict[str, str | None]
    state: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """What goes over the line, whichever line it is."""
        return asdict(self)


@dataclass(frozen=True)
class SharedChanges:
    """What the open pages of one thread must be told, whoever looks at them.

    ``seen_by``: the kinds of viewers that see it. ``seq``: its latest change, None where no
    kind sees it. ``changes``: ``{after: ThreadChanges}`` for every place asked about, None for
    one whose page must be loaded again.
    """

    seen_by: frozenset[Rights]
    seq: int | None
    changes: dict[int, ThreadChanges | None]


def thread_changes_since(viewer: Viewer, thread_id: int, after: int) -> ThreadChanges:
    """Bring a page that has seen change ``after`` up to now.

    Raise Thread.DoesNotExist where the thread is not, or is no longer, the viewer's to
    see, and TooFarBehind where ``after`` is not a place in the log that is still kept.
    """
    outlook = thread_changes_for([viewer.rights], thread_id, [after])
    if not outlook.seen_by:
        raise Thread.DoesNotExist
    if outlook.changes[after] is None:
        raise TooFarBehind
    return outlook.changes[after]


def changes_of_reply(thread: Thread, post: Post, after: int) -> ThreadChanges | None:
    """What a page that has seen change ``after`` must change for the reply ``post``.

    ``thread`` was read with its byline before the reply was written, ``post`` comes from the
    action, with the thread as the action left it. So nothing is read again but the seat; and
    None is returned where more than this reply is new to the page or to ``thread``: then the
    log must be read.
    """
    current = post.thread
    is_all_new = thread.seq == after == current.seq - 1 and post.number == current.post_count
    if not is_all_new or thread.space_id != current.space_id:
        return None
    for name in ("seq", "post_count", "last_posted_at"):
        setattr(thread, name, getattr(current, name))
    elements = {f"post-{post.number}": render_own_post(post, thread)}
    elements |= render_header_and_footer(thread)
    return ThreadChanges(thread.seq, elements, thread_state(thread))


def thread_changes_for(
    rights_list: Collection[Rights], thread_id: int, afters: Collection[int]
) -> SharedChanges:
    """Bring the pages of all ``rights_list`` of viewers that have seen ``afters`` up to now.

    It asks and renders each thing once, however many kinds and places there are: a post
    looks the same to all who see it. Parts are in the language that is active.
    """
    thread = thread_for_any(rights_list, thread_id)
    if thread is None:
        return SharedChanges(frozenset(), None, dict.fromkeys(afters))
    seen_by = visibility.viewers_who_see(thread, rights_list, visibility.threads)
    log = _events_since(thread, afters)
    shown = _rendered_elements(thread, next(iter(seen_by)), {pk for _seq, pk in log if pk})
    about, state = render_header_and_footer(thread) if log else {}, thread_state(thread)
    found = {after: _missed_elements(thread, after, log, shown) for after in afters}
    for after, posts in found.items():
        if posts is not None:
            elements = posts | about if after < thread.seq else {}
            found[after] = ThreadChanges(thread.seq, elements, state)
    return SharedChanges(seen_by, thread.seq, found)


def _events_since(thread, afters):
    """``(change, post id)`` of all that is needed to answer for ``afters``, in order."""
    within = [n for n in afters if thread.seq - MAX_CHANGES <= n < thread.seq]
    return events_between(thread.pk, min(within), thread.seq) if within else []


def _rendered_elements(thread, viewer, wanted):
    """``{post id: (element id, html)}``, without those that have moved away meanwhile."""
    if not wanted:
        return {}
    found = render_posts(viewer, thread, wanted)
    return {pk: (f"post-{number}", html) for pk, (number, html) in found.items()}


def _missed_elements(thread, after, log, shown):
    """The elements of the posts that changed since ``after``; None where that is not known."""
    missed = [pk for seq, pk in log if seq > after]
    wanted = set(missed) - {None}
    # Changes are numbered without gaps, so a wrong length tells all.
    if len(missed) != thread.seq - after or wanted - shown.keys():
        return None
    return dict(element for pk, element in shown.items() if pk in wanted)


def thread_state(thread: Thread) -> dict[str, Any]:
    """What a page's script needs beside the elements."""
    return {
        "posts": thread.post_count,
        "last_page": thread.last_page,
        "locked": thread.is_locked,
        "address": thread.get_absolute_url(),
    }
