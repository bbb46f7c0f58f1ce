"""What a page of a thread must change to be true again.

The socket, the plain-HTTP stand-in and the answer to an enhanced form all give this, so
there is one way to catch up, however a page came to be behind.
"""

from dataclasses import asdict, dataclass

from django.template.loader import render_to_string

from forum.events import Event
from forum.threads.models import Thread

#: Further behind than this many changes, a page reloads.
MOST_CHANGES = 200


class TooFarBehind(Exception):
    """The page missed too much, or what it missed is no longer logged: reload it."""


@dataclass(frozen=True)
class Changes:
    """The change a page will have seen, ``{element id: html}`` to put in place, the state.

    None for an element takes it away. ``state`` is absolute and small.
    """

    seq: int
    elements: dict
    state: dict

    def as_frame(self):
        """What goes over the line, whichever line it is."""
        return asdict(self)


def changes(viewer, thread_id, after):
    """Bring a page that has seen change ``after`` up to now.

    Raise Thread.DoesNotExist where the thread is not, or is no longer, the viewer's to
    see, and TooFarBehind where ``after`` is not a place in the log that is still kept.
    """
    thread = Thread.objects.visible_to(viewer).with_byline().get(pk=thread_id)
    log = Event.objects.filter(thread=thread, seq__gt=after, seq__lte=thread.seq)
    missed = list(log.values_list("post_id", flat=True)[: MOST_CHANGES + 1])
    if len(missed) != thread.seq - after or len(missed) > MOST_CHANGES:
        raise TooFarBehind  # Numbers have no gaps, so a wrong length tells all.
    elements = {}
    if missed:
        posts = thread.posts.for_display(viewer).filter(pk__in=set(missed) - {None})
        elements = {f"post-{post.number}": article(post, thread) for post in posts}
        elements |= frame(thread)
    return Changes(thread.seq, elements, state_of(thread))


def article(post, thread):
    """A post as every page shows it, to everyone who may see it."""
    return _render("post", {"post": post, "thread": thread})


def frame(thread):
    """The parts of a thread's page that are about the thread itself."""
    return {f"thread-{part}": _render(part, {"thread": thread}) for part in ("head", "foot")}


def state_of(thread):
    """What a page's script needs beside the elements."""
    return {
        "posts": thread.post_count,
        "last_page": thread.last_page,
        "locked": thread.is_locked,
        "address": thread.get_absolute_url(),
    }


def _render(part, context):
    return render_to_string(f"forum/thread.html#{part}", context).strip()
