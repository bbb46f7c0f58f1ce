"""What open pages must be sent, asked of the database: one visit for all pages concerned.

Each function is called in the one thread that a process has for the database, through
``LiveQueries.ask`` or ``run_in_db``. Rights are asked for last, so that who has lost a right by
then is sent nothing.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Concatenate

from asgiref.sync import sync_to_async
from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from django.utils.translation import override

from accounts.viewers.rights_clock import SessionViewers
from accounts.viewers.viewers import ANONYMOUS_SESSION, AuthenticatedSession, Rights
from forum.conversation.threads.changes import thread_changes_for
from forum.finding.lists.changes import list_changes_for
from forum.finding.lists.listing import Listing
from forum.models import Space, Thread
from realtime import limits, readers
from realtime.connections import Connection, Frame

log = logging.getLogger("realtime")

#: Seconds without an answer of the database after which pages are told that they may be stale.
STALE_AFTER = 10.0
#: The SQLSTATE of PostgreSQL for a query that took too long.
_QUERY_CANCELED = "57014"

Known = frozenset[tuple[int, int]]
#: (session key, thread id) of an open page; None for a list.
OpenPage = tuple[str, int | None]


@dataclass
class Answer:
    """What a query found. ``changed``: the sessions that belong to someone else now."""

    changed: dict[str, AuthenticatedSession]


@dataclass
class AccessCheck(Answer):
    """What the readers of some open pages may see.

    ``signed_in``: their sessions. ``seqs``: of the threads asked about, those that each kind
    of viewer sees. ``readers``: the summaries of who reads them. ``spaces``: those that each
    kind who looks at a list may see, by slug.
    """

    signed_in: dict[str, AuthenticatedSession]
    seqs: dict[Rights, dict[int, int]]
    readers: dict[int, str]
    spaces: dict[Rights, dict[str, int]]


@dataclass
class ThreadFrames(Answer):
    """``seen_by``: kinds of viewers that see the thread. ``seq``: its latest change.
    ``frames``: by (language, after), None where the page must be loaded again. ``readers``: who
    reads it, None where no page shows anything else.
    """

    seen_by: frozenset[Rights]
    seq: int | None
    frames: dict[tuple[str, int], Frame | None]
    readers: readers.ReadersFrames | None


@dataclass
class ListFrames(Answer):
    """``rows``: ``{thread id: seq}`` now, None where the kind of viewer may not see the list.
    ``frames``: by (language, known), None where the page must be loaded again.
    """

    rows: dict[int, int] | None
    frames: dict[tuple[str, Known], Frame | None]


class LiveQueries:
    """The database, as the hub and its rooms ask it, with what is kept of its answers.

    ``session_viewers``: who the sessions belong to. ``recheck`` is called with the keys of
    sessions that changed, ``broadcast`` sends a frame to all pages.
    """

    def __init__(
        self, recheck: Callable[[Iterable[str]], None], broadcast: Callable[[Frame], None]
    ) -> None:
        self._recheck, self._broadcast = recheck, broadcast
        self.restart()

    def restart(self) -> None:
        """Discard all, for the first page that is opened where there was none."""
        self.session_viewers = SessionViewers()
        self._answered_at, self._is_stale = time.monotonic(), False

    async def ask[**P, A: Answer](
        self,
        work: Callable[Concatenate[SessionViewers, P], A],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> A:
        """The answer of ``work``; pages of sessions that changed are checked again first."""
        answer = await run_in_db(work, self.session_viewers, *args, **kwargs)
        self._answered_at = time.monotonic()
        if self._is_stale:
            self._is_stale = False
            log.warning("The database answers open pages again.")
            self._broadcast(Frame({"database_age": self.age()}))
        if answer.changed:
            self._recheck(answer.changed)
        return answer

    def age(self) -> int:
        """Whole seconds since the database last answered."""
        return int(time.monotonic() - self._answered_at)

    def note_failure(self, error: Exception) -> None:
        """Notify pages, and log, once it has not answered for a while."""
        if self.age() < STALE_AFTER or self._is_stale:
            return
        self._is_stale = True
        log.warning("The database does not answer open pages: %r", error)
        self._broadcast(Frame({"database_age": self.age()}))

    def still_holds(self, connection: Connection, signed_in: AuthenticatedSession) -> bool:
        """Whether ``connection`` still belongs to ``signed_in``, and can be written to."""
        return (
            connection.signed_in is signed_in
            and self.session_viewers.by_session_key.get(connection.session_key) is signed_in
            and connection.is_writable
        )


@sync_to_async
def run_in_db[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call ``work`` in the database thread; once more where the connection was dead."""
    try:
        return work(*args, **kwargs)
    except (OperationalError, InterfaceError, NotSupportedError) as error:
        if getattr(error.__cause__, "sqlstate", "") == _QUERY_CANCELED:
            raise
        # The server restarted, the connection was cut, or a table is no longer as it was when
        # the statement was prepared.
        connection.close()
        return work(*args, **kwargs)


def check_access(session_viewers: SessionViewers, pages: Iterable[OpenPage]) -> AccessCheck:
    """Whose sessions changed, and what the readers of ``pages`` may see."""
    pages = list(pages)
    changed = session_viewers.refresh({key for key, _thread in pages})
    signed_in = {
        key: session_viewers.by_session_key.get(key, ANONYMOUS_SESSION)
        for key, _thread in pages
    }
    threads: defaultdict[Rights, set[int]] = defaultdict(set)
    list_readers: set[Rights] = set()
    for key, thread_id in pages:
        rights = signed_in[key].viewer.rights
        threads[rights]  # An entry for every kind, also of those who look at lists only.
        if thread_id is None:
            list_readers.add(rights)
        else:
            threads[rights].add(thread_id)
    seen = {rights: _visible_threads(rights, ids) for rights, ids in threads.items()}
    return AccessCheck(
        changed,
        signed_in,
        {rights: {it.pk: it.seq for it in rows} for rights, rows in seen.items()},
        readers.summaries({it.pk: it.space for rows in seen.values() for it in rows}),
        {rights: _visible_spaces(rights) for rights in list_readers},
    )


def frames_for_thread(
    session_viewers: SessionViewers,
    thread_id: int,
    rights_set: Collection[Rights],
    positions: Collection[tuple[str, int]],
    shown_readers: str | None = None,
    uninformed: Collection[str] = (),
) -> ThreadFrames:
    """What pages of a thread at ``positions``, pairs (language, after), must be sent.

    ``rights_set`` are the kinds of viewers that have them open. ``shown_readers``: who reads
    the thread, as last found; ``uninformed``: the languages of pages that show something else,
    as all do where it has moved. Each language is asked for by itself, and something may commit
    between two: a page is then held to have seen what the first saw, and to be seen by those
    for whom all found it visible. Of frames beyond ``MAX_DELIVERY_BYTES`` in all, those of
    pages that are furthest behind are None: loading them anew is better.
    """
    frames: dict[tuple[str, int], Frame | None] = {}
    shared = []
    languages: Sequence[str | None] = sorted({language for language, _after in positions})
    for language in languages or [None]:
        afters = {after for spoken, after in positions if spoken == language}
        with override(language):
            shared.append(thread_changes_for(rights_set, thread_id, afters))
        left = limits.MAX_DELIVERY_BYTES // max(1, len(languages))
        for after, changes in sorted(shared[-1].changes.items(), reverse=True):
            frame = _frame_within_limit(changes._asdict()) if changes and left > 0 else None
            frames[language or "", after] = frame
            left -= frame.size if frame else 0
    space, news = shared[-1].space, None
    if space and shown_readers and not shown_readers.startswith(f"{space.pk}."):
        uninformed = {language for language, _after in positions}
    if space and uninformed:
        news = readers.frames(space, uninformed)
    changed, seqs = session_viewers.refresh(), [it.seq for it in shared if it.seq is not None]
    seen_by = frozenset.intersection(*(it.seen_by for it in shared))
    seq = min(seqs) if len(seqs) == len(shared) else None
    return ThreadFrames(changed, seen_by, seq, frames, news)


def frames_for_list(
    session_viewers: SessionViewers,
    listing: Listing,
    rights: Rights,
    wanted: Collection[tuple[str, Known]],
) -> ListFrames:
    """What pages of ``listing`` that show ``wanted``, pairs (language, known), must be sent."""
    if not listing.is_seen_by(rights):
        return ListFrames(session_viewers.refresh(), None, {})
    # Read before the rows are: what commits in between is sent again, and not missed.
    rows = listing.get_page(rights).seqs
    frames: dict[tuple[str, Known], Frame | None] = {}
    for language in {language for language, _known in wanted}:
        knowns = {known for spoken, known in wanted if spoken == language}
        with override(language):
            for known, changes in list_changes_for(rights, listing, rows, knowns).items():
                frames[language, known] = _frame_within_limit(changes._asdict())
    return ListFrames(session_viewers.refresh(), rows, frames)


def _visible_threads(rights: Rights, ids: set[int]) -> list[Thread]:
    seen = Thread.objects.visible_to(rights).filter(pk__in=ids).select_related("space")
    return list(seen.only("seq", "space__audience", "space__college", "space__group"))


def _visible_spaces(rights: Rights) -> dict[str, int]:
    return dict(Space.objects.visible_to(rights).values_list("slug", "pk"))


def _frame_within_limit(content: dict[str, object]) -> Frame | None:
    frame = Frame(content)
    return frame if frame.size <= limits.MAX_ANSWER_BYTES else None
