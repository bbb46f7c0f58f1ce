"""The threads that someone follows, and what is new in each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    IntegerField,
    QuerySet,
    Subquery,
)

from accounts.viewers.viewers import Viewer
from forum.follows.models import has_unread, unread_posts
from forum.models import Follow, Post

#: A row says no more than this, so that a page never counts for long.
MAX_UNREAD_REPLIES = 99


@dataclass(frozen=True)
class UnreadReplies:
    """How many new replies, up to ``MAX_UNREAD_REPLIES`` + 1, and the address of the first."""

    count: int
    url: str


class _SubqueryCount(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def followed_threads(viewer: Viewer) -> QuerySet[Follow]:
    """The viewer's follows: those with news first, then the newest activity."""
    told = ExpressionWrapper(has_unread(), BooleanField())
    rows = Follow.objects.of_viewer(viewer).annotate(has_unread=told)
    rows = rows.select_related(
        "thread__space__college", "thread__topic", "thread__author",
        "thread__seat__organisation__college",
    )  # fmt: skip
    return rows.order_by("-has_unread", "-thread__last_posted_at", "-pk")


def unread_replies_in(follows: Iterable[Follow], viewer: Viewer) -> dict[int, UnreadReplies]:
    """``{follow id: UnreadReplies}`` of those ``follows`` that have any, in one query."""
    told = {follow.pk: follow.thread for follow in follows if follow.has_unread}
    found = Follow.objects.of_viewer(viewer).filter(pk__in=told)
    found = found.annotate(
        count=_SubqueryCount(unread_posts()[: MAX_UNREAD_REPLIES + 1]),
        first=Subquery(unread_posts()[:1]),
    )
    return {
        pk: UnreadReplies(count, Post(thread=told[pk], number=first).page_url())
        for pk, count, first in found.values_list("pk", "count", "first")
        if count
    }
