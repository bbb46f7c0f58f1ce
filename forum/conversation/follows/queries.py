"""The threads that someone follows, and what is new in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Subquery

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.expressions import RowCount
from accounts.base.pagination import PAGE_SIZE, AskedPage
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import (
    QUIET,
    WAITS_FOR_NEWS,
    Level,
    has_unread,
    unread_posts,
)
from forum.models import Follow, Post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.viewers.viewers import Rights
    from forum.conversation.follows.models import FollowQuerySet


#: A row says no more than this, so that a page never counts for long.
MAX_UNREAD_REPLIES = 99
#: Threads with news that the inbox shows.
MAX_WITH_NEWS = PAGE_SIZE - 1


@dataclass(frozen=True)
class UnreadReplies:
    """How many new replies, up to ``MAX_UNREAD_REPLIES`` + 1, and the address of the first."""

    count: int
    url: str


_SHOWN = (
    "thread__space__college", "thread__topic", "thread__author",
    "thread__seat__organisation__college",
)  # fmt: skip


def threads_with_news(viewer: Viewer) -> list[Follow]:
    """The viewer's follows with something unread, the newest activity first.

    ``MAX_WITH_NEWS`` and one at most, with what a list shows of their threads.
    """
    own = {"person_id": viewer.person_id or 0}
    pks = [pk for (pk,) in _NEWS_IDS.rows(viewer.rights, MAX_WITH_NEWS + 1, **own)]
    if not pks:
        return []
    rows = _FOLLOWS.rows(viewer.rights, **own, **id_values(pks, PAGE_SIZE))
    return sorted((row for row in rows if row.has_unread), key=lambda row: pks.index(row.pk))


def followed_threads(viewer: Viewer, number: int) -> AskedPage[Follow]:
    """A page of the threads that the viewer follows as a whole.

    Those with news first, then the newest activity, and last those that are muted. Threads of
    which one was told once, when they were new, are not among them.
    """
    own = {"person_id": viewer.person_id or 0}

    def pks_from(start: int, limit: int) -> list[int]:
        return [pk for (pk,) in _IDS.rows(viewer.rights, start, limit, **own)]

    def rows_of(pks: Sequence[int]) -> list[Follow]:
        return _FOLLOWS.rows(viewer.rights, **own, **id_values(pks, PAGE_SIZE))

    return AskedPage(pks_from, rows_of, number)


def own_follow(viewer: Viewer, thread_id: int) -> Follow | None:
    """How the viewer follows the thread, muted or not; None where they do not."""
    return Follow.objects.of_viewer(viewer).filter(thread=thread_id).first()


def unread_replies_in(follows: Iterable[Follow], viewer: Viewer) -> dict[int, UnreadReplies]:
    """``{follow id: UnreadReplies}`` of those ``follows``, a page, that have any."""
    unread = {follow.pk: follow.thread for follow in follows if follow.has_unread}
    if not unread:
        return {}
    own, pks = viewer.person_id or 0, id_values([*unread], PAGE_SIZE)
    return {
        pk: UnreadReplies(count, Post(thread=unread[pk], number=first).page_url())
        for pk, count, first in _UNREAD_REPLIES.rows(viewer.rights, person_id=own, **pks)
        if count
    }


def _with_news(rights: Rights, person_id: int) -> FollowQuerySet:
    annotations = {"has_unread": ExpressionWrapper(has_unread(), BooleanField())}
    viewer = Viewer(*rights, person_id=person_id)
    return Follow.objects.of_viewer(viewer).annotate(**annotations)


def _ids(
    rights: Rights, start: int, limit: int, person_id: int
) -> QuerySet[Follow, tuple[int]]:
    rows = _with_news(rights, person_id).exclude(level=Level.FIRST)
    is_quiet = ExpressionWrapper(Q(level__in=QUIET), BooleanField())
    ordered = rows.annotate(is_quiet=is_quiet).order_by(
        F("has_unread").desc(), "is_quiet", "-thread__last_posted_at", "-pk"
    )
    return ordered.values_list("pk")[start : start + limit]


def _follows(rights: Rights, person_id: int, **pks: int) -> FollowQuerySet:
    rows = _with_news(rights, person_id).filter(pk__in=pks.values())
    return rows.select_related(*_SHOWN)


def _news_ids(rights: Rights, limit: int, person_id: int) -> QuerySet[Follow, tuple[int]]:
    own = Follow.objects.filter(WAITS_FOR_NEWS, person=person_id).with_news(rights)
    return own.order_by(F("newest_at").desc(), "-pk").values_list("pk")[:limit]


def _unread_replies(
    rights: Rights, person_id: int, **pks: int
) -> QuerySet[Follow, tuple[int, int, int]]:
    viewer = Viewer(*rights, person_id=person_id)
    follows = Follow.objects.of_viewer(viewer).filter(pk__in=pks.values())
    count = RowCount(unread_posts()[: MAX_UNREAD_REPLIES + 1])
    return follows.values_list("pk", count, Subquery(unread_posts()[:1]))


_NEWS_IDS = CompiledQuery(_news_ids, "person_id")
_IDS = CompiledQuery(_ids, "person_id")
_FOLLOWS = CompiledQuery(_follows, "person_id", *id_names(PAGE_SIZE))
_UNREAD_REPLIES = CompiledQuery(_unread_replies, "person_id", *id_names(PAGE_SIZE))
