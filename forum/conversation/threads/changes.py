"""What a page of a thread must change to be true again.

The socket, the plain-HTTP stand-in and the answer to an enhanced form all give this, so
there is one way to catch up, however a page came to be behind.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from accounts.viewers.viewers import Rights, Viewer
from forum.base.events import events_between
from forum.base.spaces.models import Space
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_any
from forum.conversation.threads.rendering import (
    render_header_and_footer,
    render_own_post,
    render_posts,
)

#: Further behind than this many changes, a page reloads; also where the posts that changed have
#: more characters of HTML in all.
MAX_CHANGES, MAX_LENGTH = 200, 400_000


class TooFarBehind(Exception):
    """The page missed too much, or what it missed is no longer logged: reload it."""


class ThreadChanges(NamedTuple):
    """The change a page will have seen, ``{element id: html}`` to put in place, the state.

    None for an element takes it away. ``state`` is absolute and small.
    """

    seq: int
    elements: dict[str, str | None]
    state: dict[str, Any]


class SharedChanges(NamedTuple):
    """What the open pages of one thread must be told, whoever looks at them.

    ``seen_by``: the kinds of viewers that see it. ``space``: the one it is in and ``seq``: its
    latest change, None where no kind sees it. ``changes``: ``{after: ThreadChanges}`` for every
    place asked about, None for one whose page must be loaded again.
    """

    seen_by: frozenset[Rights]
    space: Space | None
    seq: int | None
    changes: dict[int, ThreadChanges | None]


def thread_changes_since(viewer: Viewer, thread_id: int, after: int) -> ThreadChanges:
    """What brings a page that has seen change ``after`` up to date.

    Raise Thread.DoesNotExist where the thread is not, or is no longer, the viewer's to
    see, and TooFarBehind where ``after`` is not a place in the log that is still kept.
    """
    return changes_and_space(viewer, thread_id, after)[0]


def changes_and_space(
    viewer: Viewer, thread_id: int, after: int
) -> tuple[ThreadChanges, Space]:
    """What ``thread_changes_since`` gives, and the space that the thread is in."""
    shared = thread_changes_for([viewer.rights], thread_id, [after])
    if shared.space is None:
        raise Thread.DoesNotExist
    changes = shared.changes[after]
    if changes is None:
        raise TooFarBehind
    return changes, shared.space


def changes_of_reply(thread: Thread, post: Post) -> ThreadChanges | None:
    """What a page that shows ``thread`` as it was read must change for the reply ``post``.

    ``thread`` was read for its page before the reply was written, ``post`` comes from the
    action, with the thread as the action left it. So nothing is read again but the seat; and
    None is returned where this reply is not all that has changed: then the log must be read.
    """
    current = post.thread
    since = current.seq - thread.seq, current.post_count - thread.post_count
    if since != (1, 1) or post.number != current.post_count or post.held_at:
        return None
    for name in ("seq", "post_count", "last_posted_at"):
        setattr(thread, name, getattr(current, name))
    elements: dict[str, str | None]
    elements = {f"post-{post.number}": render_own_post(post, thread)}
    elements |= render_header_and_footer(thread)
    return ThreadChanges(thread.seq, elements, thread_state(thread))


def thread_changes_for(
    rights_list: Collection[Rights], thread_id: int, afters: Collection[int]
) -> SharedChanges:
    """What brings pages that have seen ``afters`` up to date, for all of ``rights_list``.

    It asks and renders each thing once, however many kinds and places there are: a post
    looks the same to all who see it. Parts are in the language that is active.
    """
    thread, seen_by = thread_for_any(rights_list, thread_id)
    if thread is None:
        return SharedChanges(seen_by, None, None, dict.fromkeys(afters))
    behind = [n for n in afters if thread.seq - MAX_CHANGES <= n < thread.seq]
    log = events_between(thread.pk, min(behind), thread.seq, MAX_LENGTH) if behind else []
    posts = render_posts(next(iter(seen_by)), thread, {pk for _seq, pk in log if pk})
    about, state = render_header_and_footer(thread) if log else {}, thread_state(thread)
    changes: dict[int, ThreadChanges | None] = dict.fromkeys(afters)
    for after in changes:
        missed = _missed_elements(thread, after, log, posts)
        if missed is not None:
            elements = {**missed, **about} if after < thread.seq else {}
            changes[after] = ThreadChanges(thread.seq, elements, state)
    return SharedChanges(seen_by, thread.space, thread.seq, changes)


def _missed_elements(
    thread: Thread,
    after: int,
    log: Sequence[tuple[int, int | None]],
    posts: Mapping[int, tuple[str, str | None]],
) -> dict[str, str | None] | None:
    """The elements of ``posts`` that changed since ``after``; None where that is not known.

    It is not where ``after`` is no place in the log, nor where a post that changed is missing:
    it has moved away meanwhile.
    """
    missed = [pk for seq, pk in log if seq > after]
    wanted = set(missed) - {None}
    # Changes are numbered without gaps, so a wrong length tells all.
    if len(missed) != thread.seq - after or wanted - posts.keys():
        return None
    return dict(element for pk, element in posts.items() if pk in wanted)


def thread_state(thread: Thread) -> dict[str, Any]:
    """What a page's script needs beside the elements."""
    return {
        "posts": thread.post_count,
        "last_page": thread.last_page,
        "locked": thread.is_locked,
        "address": thread.get_absolute_url(),
    }
