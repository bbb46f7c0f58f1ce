"""What open pages must be told, asked of the database: rights first, then the forum.

The hub knows when to look; this knows how. Each function is one visit to the database,
made in the one thread that a process has for it, for all pages concerned at once.
"""

from collections import defaultdict
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from django.utils.translation import override

from accounts.viewers import NOBODY
from forum.lists.refresh import refresh_for
from forum.models import Space, Thread
from forum.pages import Numbered
from forum.threads.changes import changes_for
from realtime import limits
from realtime.frame import Frame

#: PostgreSQL's word for a query that was ended for it.
_TOOK_TOO_LONG = "57014"


@dataclass
class Check:
    """``signed``: ``{key: SignedIn}`` of those asked about, ``changed``: of those that make
    someone else now. ``seqs``: ``{kind: {thread: seq}}`` of the threads asked about that the
    kind sees. ``spaces``: ``{kind: {slug: id}}`` that the kinds who look at lists may list.
    """

    signed: dict
    changed: dict
    seqs: dict
    spaces: dict


@dataclass
class Look:
    """``seen_by``: kinds that see the thread. ``frames``: ``{(language, after): Frame}``,
    None where the page must be loaded again. ``seq``: the thread's latest change.
    """

    changed: dict
    seen_by: frozenset
    seq: int | None
    frames: dict


@dataclass
class ListLook:
    """``rows``: ``{thread id: seq}`` now, None where the list is closed to the kind.
    ``frames``: ``{(language, known): Frame}``.
    """

    changed: dict
    rows: dict | None
    frames: dict


async def ask(work, *args):
    """Do ``work`` where the database is spoken to, once more if the connection was dead."""
    return await sync_to_async(_asked, thread_sensitive=True)(work, *args)


def _asked(work, *args):
    try:
        return work(*args)
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        if getattr(error.__cause__, "sqlstate", "") == _TOOK_TOO_LONG:
            raise
        # It restarted, its line was cut, or a table is not as it was when this was planned.
        connection.close()
        return work(*args)


def check(audience, pages):
    """Whose rights changed, and how far the threads of ``pages`` are for who looks at them.

    ``pages`` are (session key, thread id), the latter None for a list.
    """
    changed = audience.refresh({key for key, _thread in pages})
    signed = {key: audience.known.get(key, NOBODY) for key, _thread in pages}
    wanted = defaultdict(set)
    for key, thread_id in pages:
        wanted[signed[key].viewer.kind].add(thread_id)
    return Check(
        signed,
        changed,
        {kind: _seqs(kind, ids - {None}) for kind, ids in wanted.items()},
        {kind: _spaces(kind) for kind, ids in wanted.items() if None in ids},
    )


def sweep(audience, pages, tail):
    """A check of all open pages, and what of the log's end no poke told of."""
    return check(audience, pages), tail.unheard()


def look_at_thread(audience, thread_id, kinds, places):
    """What pages at ``places``, (language, after) pairs, of all ``kinds`` must be told.

    Each language is looked at by itself, and something may commit between two: a page is then
    held to have seen what the first of them saw, and to be seen by whom all say.
    """
    frames, outlooks = {}, []
    for language in sorted({language for language, _after in places}) or [None]:
        afters = {after for spoken, after in places if spoken == language}
        with override(language):
            outlook = changes_for(kinds, thread_id, afters)
        outlooks.append(outlook)
        for after, news in outlook.changes.items():
            frames[language, after] = news and _bounded(news.as_frame())
    # Asked last: who has lost a right by now is told nothing of what was found.
    changed, seqs = audience.refresh(), [outlook.seq for outlook in outlooks]
    seen_by = frozenset.intersection(*(outlook.seen_by for outlook in outlooks))
    return Look(changed, seen_by, None if None in seqs else min(seqs), frames)


def look_at_list(audience, listing, kind, wanted):
    """What pages of ``listing``, as ``kind`` sees it, must be told.

    ``wanted`` are (language, known) pairs; ``known`` is a frozenset of (thread id, seq).
    """
    if listing.space and listing.space not in _spaces(kind):
        return ListLook(audience.refresh(), None, {})
    # Read before the rows are: what commits in between is sent again, and not missed.
    rows = listing.threads(kind).prefetch_related(None).values_list("pk", "seq")
    rows = dict(Numbered(rows, listing.page).rows)
    frames = {}
    for language in {language for language, _known in wanted}:
        knowns = {known for spoken, known in wanted if spoken == language}
        with override(language):
            for known, news in refresh_for(kind, listing, rows, knowns).items():
                frames[language, known] = _bounded(news.as_frame())
    return ListLook(audience.refresh(), rows, frames)


def _seqs(kind, ids):
    if not ids:
        return {}
    seen = Thread.objects.visible_to(kind).filter(pk__in=ids)
    return dict(seen.values_list("pk", "seq"))


def _spaces(kind):
    return dict(Space.objects.visible_to(kind).values_list("slug", "pk"))


def _bounded(frame):
    frame = Frame(frame)
    return frame if frame.size <= limits.LONGEST_ANSWER else None
