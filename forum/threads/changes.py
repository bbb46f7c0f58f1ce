"""What a page of a thread must change to be true again.

The socket, the plain-HTTP stand-in and the answer to an enhanced form all give this, so
there is one way to catch up, however a page came to be behind.
"""

from dataclasses import asdict, dataclass

from forum import visibility
from forum.events import events_between
from forum.threads.models import Thread
from forum.threads.queries import render_header_and_footer, thread_for_any
from forum.threads.rendering import render_posts

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
    elements: dict
    state: dict

    def as_dict(self):
        """What goes over the line, whichever line it is."""
        return asdict(self)


@dataclass(frozen=True)
class SharedChanges:
    """What the open pages of one thread must be told, whoever looks at them.

    ``seen_by``: the kinds of viewers that see it. ``seq``: its latest change, None where no
    kind sees it. ``changes``: ``{after: Changes}`` for every place asked about, None for one
    whose page must be loaded again.
    """

    seen_by: frozenset
    seq: int | None
    changes: dict


def thread_changes_since(viewer, thread_id, after):
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


def thread_changes_for(rights_list, thread_id, afters):
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


def thread_state(thread):
    """What a page's script needs beside the elements."""
    return {
        "posts": thread.post_count,
        "last_page": thread.last_page,
        "locked": thread.is_locked,
        "address": thread.get_absolute_url(),
    }
