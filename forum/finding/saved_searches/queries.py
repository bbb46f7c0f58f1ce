"""What is new in the searches that someone follows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Viewer
from forum.base.spaces.models import MailContent
from forum.conversation.follows.models import Channel
from forum.finding.saved_searches.models import FoundPost, FoundPostQuerySet, SavedSearch
from forum.finding.search.passages import Highlighter
from forum.finding.search.result_rows import FoundThread, Result, show_results
from forum.finding.search.synonyms import with_synonyms

#: Posts of spaces whose threads mails do not name.
_UNNAMED = Q(post__thread__space__mail_content=MailContent.NOTHING)


class Finds(NamedTuple):
    """What a search found that is to be mailed; the rest as of ``News``."""

    saved_search: SavedSearch
    thread_count: int
    found_at: datetime
    is_titled_in_mails: bool


class News(NamedTuple):
    """In how many threads a saved search found something since it was read, and when last.

    ``is_titled_in_mails``: whether all of them are in spaces whose threads mails name.
    """

    thread_count: int
    found_at: datetime
    is_titled_in_mails: bool


def news_of(viewer: Viewer) -> dict[int, News]:
    """``{saved search: News}`` of those of ``viewer`` that have any: one query."""
    rows = _NEWS.rows(viewer.rights, person_id=viewer.person_id or 0)
    return {pk: News(count, at, not unnamed) for pk, count, at, unnamed in rows}


def finds_to_mail(
    viewer: Viewer, channels: Collection[Channel], after: datetime
) -> list[Finds]:
    """What searches that tell by ``channels`` have found for ``viewer``, the newest first.

    Past ``after``, unread, and never mailed before. Two queries at most.
    """
    found_posts = FoundPost.objects.visible_to(viewer).of_person(viewer.person_id or 0).unread()
    is_mailed = Q(found_at__lte=F("saved_search__mailed_until"))
    found_posts = found_posts.exclude(Q(saved_search__mailed_until__isnull=False) & is_mailed)
    found_posts = found_posts.filter(
        saved_search__channel__in=channels, found_at__gt=after
    ).order_by()
    rows = list(_counted(found_posts))
    searches = SavedSearch.objects.in_bulk([row[0] for row in rows]) if rows else {}
    finds = [
        Finds(searches[pk], count, at, not unnamed)
        for pk, count, at, unnamed in rows
        if pk in searches
    ]
    return sorted(finds, key=lambda it: (it.found_at, it.saved_search.pk), reverse=True)


def saved_searches_with_news(viewer: Viewer) -> list[tuple[SavedSearch, News | None]]:
    """The searches that ``viewer`` follows: those with news first, then the newest."""
    news = news_of(viewer)
    own = SavedSearch.objects.filter(person=viewer.person_id).order_by("-pk")
    rows = [(search, news.get(search.pk)) for search in own]
    return sorted(rows, key=lambda row: row[1] is None)


def threads_found(
    viewer: Viewer, saved_search: SavedSearch, ago: Callable[[datetime], str]
) -> list[Result]:
    """Where the search of ``viewer`` found something lately that they see, the newest first.

    ``ago`` says how long ago a moment was.
    """
    found_posts = FoundPost.objects.visible_to(viewer).of_person(viewer.person_id or 0)
    rows = found_posts.filter(saved_search=saved_search).order_by("-post_id")
    is_new: dict[int, bool] = {}
    posts: dict[int, int] = {}
    for thread, post, at in rows.values_list("post__thread", "post", "found_at"):
        posts.setdefault(thread, post)
        is_new[thread] = is_new.get(thread, False) or at > saved_search.read_at
    highlighter = Highlighter(with_synonyms(saved_search.search_query.expression))
    shown = [FoundThread(pk, post, is_new=is_new[pk]) for pk, post in posts.items()]
    return show_results(viewer.rights, shown, highlighter, ago)


def _news(rights: Any, person_id: int) -> QuerySet[Any, tuple[int, int, datetime, int]]:
    rows = FoundPost.objects.visible_to(rights).of_person(person_id).unread().order_by()
    return _counted(rows)


def _counted(rows: FoundPostQuerySet) -> QuerySet[Any, tuple[int, int, datetime, int]]:
    """Of each search its id, in how many threads it has some of ``rows``, and the newest."""
    counted = rows.values("saved_search").annotate(
        thread_count=Count("post__thread", distinct=True),
        last_found_at=Max("found_at"),
        unnamed=Count("pk", filter=_UNNAMED),
    )
    return counted.values_list("saved_search", "thread_count", "last_found_at", "unnamed")


_NEWS: CompiledQuery[tuple[int, int, datetime, int]] = CompiledQuery(_news, "person_id")
