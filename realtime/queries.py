"""What open pages must be told, asked of the database: rights first, then the forum.

The hub knows when to look; this knows how. Each function is one visit to the database,
made in the one thread that a process has for it, for all pages concerned at once.
"""

from collections import defaultdict
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from django.utils.translation import override

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import ANONYMOUS_SESSION
from forum.lists.changes import list_changes_for
from forum.models import Space, Thread
from forum.threads.changes import thread_changes_for
from realtime import limits
from realtime.frame import Frame

#: PostgreSQL's word for a query that was ended for it.
_QUERY_CANCELED = "57014"


@dataclass
class AccessCheck:
    """``signed_in``: ``{key: AuthenticatedSession}`` of those asked about, ``changed``: of those that make
    someone else now. ``seqs``: ``{rights: {thread: seq}}`` of the threads asked about that the
    kind sees. ``spaces``: ``{rights: {slug: id}}`` that the kinds who look at lists may list.
    """

    signed_in: dict
    changed: dict
    seqs: dict
    spaces: dict


@dataclass
class ThreadFrames:
    """``seen_by``: kinds that see the thread. ``frames``: ``{(language, after): Frame}``,
    None where the page must be loaded again. ``seq``: the thread's latest change.
    """

    changed: dict
    seen_by: frozenset
    seq: int | None
    frames: dict


@dataclass
class ListFrames:
    """``rows``: ``{thread id: seq}`` now, None where the list is closed to the kind.
    ``frames``: ``{(language, known): Frame}``.
    """

    changed: dict
    rows: dict | None
    frames: dict


async def run_in_db(work, *args):
    """Do ``work`` where the database is spoken to, once more if the connection was dead."""
    return await sync_to_async(_run_with_retry, thread_sensitive=True)(work, *args)


def _run_with_retry(work, *args):
    try:
        return work(*args)
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
            raise
        # It restarted, its line was cut, or a table is not as it was when this was planned.
        connection.close()
        return work(*args)


def check_access(session_viewers, pages):
    """Whose rights changed, and how far the threads of ``pages`` are for who looks at them.

    ``pages`` are (session key, thread id), the latter None for a list.
    """
    changed = session_viewers.refresh({key for key, _thread in pages})
    signed_in = {
        key: session_viewers.by_session_key.get(key, ANONYMOUS_SESSION)
        for key, _thread in pages
    }
    wanted = defaultdict(set)
    for key, thread_id in pages:
        wanted[signed_in[key].viewer.rights].add(thread_id)
    return AccessCheck(
        signed_in,
        changed,
        {rights: _visible_seqs(rights, ids - {None}) for rights, ids in wanted.items()},
        {rights: _visible_spaces(rights) for rights, ids in wanted.items() if None in ids},
    )


def check_access_and_log(session_viewers, pages, log_tail):
    """A check of all open pages, and what of the log's end no poke told of."""
    return check_access(session_viewers, pages), log_tail.unannounced()


def frames_for_thread(session_viewers, thread_id, rights_set, positions):
    """What pages at ``positions``, (language, after) pairs, of all ``rights_set`` must be told.

    Each language is looked at by itself, and something may commit between two: a page is then
    held to have seen what the first of them saw, and to be seen by whom all say.
    """
    frames, outlooks = {}, []
    for language in sorted({language for language, _after in positions}) or [None]:
        afters = {after for spoken, after in positions if spoken == language}
        with override(language):
            outlook = thread_changes_for(rights_set, thread_id, afters)
        outlooks.append(outlook)
        for after, news in outlook.changes.items():
            frames[language, after] = news and _frame_within_limit(news.as_dict())
    # Asked last: who has lost a right by now is told nothing of what was found.
    changed, seqs = session_viewers.refresh(), [outlook.seq for outlook in outlooks]
    seen_by = frozenset.intersection(*(outlook.seen_by for outlook in outlooks))
    return ThreadFrames(changed, seen_by, None if None in seqs else min(seqs), frames)


def frames_for_list(session_viewers, listing, rights, wanted):
    """What pages of ``listing``, as ``rights`` sees it, must be told.

    ``wanted`` are (language, known) pairs; ``known`` is a frozenset of (thread id, seq).
    """
    if listing.space and listing.space not in _visible_spaces(rights):
        return ListFrames(session_viewers.refresh(), None, {})
    # Read before the rows are: what commits in between is sent again, and not missed.
    rows = listing.threads(rights).prefetch_related(None).values_list("pk", "seq")
    rows = dict(NumberedPage(rows, listing.page).rows)
    frames = {}
    for language in {language for language, _known in wanted}:
        knowns = {known for spoken, known in wanted if spoken == language}
        with override(language):
            for known, news in list_changes_for(rights, listing, rows, knowns).items():
                frames[language, known] = _frame_within_limit(news.as_dict())
    return ListFrames(session_viewers.refresh(), rows, frames)


def _visible_seqs(rights, ids):
    if not ids:
        return {}
    seen = Thread.objects.visible_to(rights).filter(pk__in=ids)
    return dict(seen.values_list("pk", "seq"))


def _visible_spaces(rights):
    return dict(Space.objects.visible_to(rights).values_list("slug", "pk"))


def _frame_within_limit(frame):
    frame = Frame(frame)
    return frame if frame.size <= limits.MAX_ANSWER_BYTES else None
