"""The threads that someone follows, and what is new in each."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, IntegerField, Subquery

from forum.follows.models import has_news, new_posts
from forum.models import Follow, Post

#: A row says no more than this, so that a page never counts for long.
MOST = 99


@dataclass(frozen=True)
class News:
    """How many new replies, up to ``MOST`` + 1, and the address of the first."""

    count: int
    place: str


class _Counted(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def followed_by(viewer):
    """The viewer's follows: those with news first, then the newest activity."""
    told = ExpressionWrapper(has_news(), BooleanField())
    rows = Follow.objects.of(viewer).annotate(has_news=told)
    rows = rows.select_related(
        "thread__space__college", "thread__topic", "thread__author",
        "thread__seat__organisation__college",
    )  # fmt: skip
    return rows.order_by("-has_news", "-thread__last_posted_at", "-pk")


def news_in(follows, viewer):
    """``{follow id: News}`` of those of these ``follows`` that have any, in one query."""
    told = {follow.pk: follow.thread for follow in follows if follow.has_news}
    found = Follow.objects.of(viewer).filter(pk__in=told)
    found = found.annotate(
        count=_Counted(new_posts()[: MOST + 1]), first=Subquery(new_posts()[:1])
    )
    return {
        pk: News(count, Post(thread=told[pk], number=first).place())
        for pk, count, first in found.values_list("pk", "count", "first")
        if count
    }
