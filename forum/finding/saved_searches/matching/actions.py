"""Looking for saved searches in what is new, in small steps that may be taken twice.

A step reads a few events of the log: the posts that are new, changed, shown again, approved,
or whose thread changed. Words are looked for in memory, once for all who search the same;
then the database says which of the posts found each kind of rights sees, and filters keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.viewers.viewers import pair_with_viewers, with_viewer_annotations
from forum.base.events import events_recorded, latest_event_id
from forum.base.search_index.queries import threads_to_index
from forum.finding.saved_searches.matching.queries import (
    Candidate,
    SeenPosts,
    queries_that_find,
)
from forum.finding.saved_searches.models import FoundPost, MatchingProgress, SavedSearch
from forum.models import Post

#: Events that one step looks at.
EVENTS = 200
#: Posts that are kept of each search, the newest.
MAX_FOUND = 50

#: Posts that are older are news to nobody, whatever becomes of them.
NEW_FOR = timedelta(days=30)
#: Posts of threads that changed as a whole, the newest.
MAX_POSTS_OF_THREADS = 500


def begin_matching() -> None:
    """Start matching with what is written from now on, unless it has started."""
    if not MatchingProgress.objects.exists():
        latest = MatchingProgress(pk=1, last_event=latest_event_id())
        MatchingProgress.objects.bulk_create([latest], ignore_conflicts=True)


@transaction.atomic(durable=True)
def match_next_events(before: datetime, size: int = EVENTS) -> int:
    """Look at up to ``size`` events recorded ``before`` a moment; return how many there were.

    0 while the index is being made, or while another process does it.
    """
    rows = MatchingProgress.objects.select_for_update(skip_locked=True)
    progress = rows.filter(pk=1).first()
    if progress is None or threads_to_index():
        return 0
    events = events_recorded(progress.last_event, before, size)
    if not events:
        return 0
    _match(_candidates((thread, post) for _pk, thread, post in events))
    progress.last_event = events[-1][0]
    progress.save(update_fields=["last_event"])
    return len(events)


def _candidates(events: Iterable[tuple[int, int | None]]) -> dict[int, Candidate]:
    """The new posts that ``events``, ``(thread id, post id)``, are about, by id.

    Of a thread that changed as a whole (it moved, or has another title) those of its posts.
    """
    since = timezone.now() - NEW_FOR
    threads, posts = set[int](), set[int]()
    for thread, post in events:
        (threads if post is None else posts).add(thread if post is None else post)
    new = Post.objects.filter(Q(created_at__gt=since) | Q(approved_at__gt=since))
    columns = "pk", "author_id", "number", "created_at", "approved_at"
    rows = [
        *new.filter(pk__in=posts).values_list(*columns),
        *new.filter(thread__in=threads)
        .order_by("-pk")
        .values_list(*columns)[:MAX_POSTS_OF_THREADS],
    ]
    return {
        pk: Candidate(pk, author, number > 1, approved_at or created_at)
        for pk, author, number, created_at, approved_at in rows
    }


def _match(candidates: dict[int, Candidate]) -> None:
    """Keep what saved searches find of ``candidates``; drop what they no longer do."""
    matches = queries_that_find(candidates, SavedSearch.objects.order_by().queries().distinct())
    known: dict[int, set[int]] = defaultdict(set)
    rows = FoundPost.objects.filter(post__in=candidates)
    for search_id, post_id in rows.values_list("saved_search", "post"):
        known[search_id].add(post_id)
    concerned = SavedSearch.objects.filter(Q(query__in=matches) | Q(pk__in=known))
    hits: dict[int, set[int]] = {}
    seen = SeenPosts(candidates)
    for saved_search, viewer in pair_with_viewers(
        with_viewer_annotations(concerned, timezone.now())
    ):
        if not viewer.is_registered:
            continue
        posts = seen.by(viewer, saved_search.search_query) & set(
            matches.get(saved_search.query, ())
        )
        if others := seen.by(viewer) & (known[saved_search.pk] - posts):
            rows.filter(saved_search=saved_search, post__in=others).delete()
        new = {
            pk
            for pk in posts - known[saved_search.pk]
            if _is_news(candidates[pk], saved_search)
        }
        if new:
            hits[saved_search.pk] = new
    _save_hits(hits)


def _is_news(candidate: Candidate, saved_search: SavedSearch) -> bool:
    """Whether somebody else wrote it since the search is followed."""
    is_new = candidate.written_at > saved_search.followed_at
    return is_new and candidate.author_id != saved_search.person_id


def _save_hits(hits: dict[int, set[int]]) -> None:
    """Add the posts of ``hits``, ``{id of a saved search: ids}``, and leave the newest only."""
    rows = SavedSearch.objects.filter(pk__in=hits).order_by("pk")
    pks = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    now = timezone.now()
    FoundPost.objects.bulk_create(
        (
            FoundPost(saved_search_id=pk, post_id=post, found_at=now)
            for pk in pks
            for post in sorted(hits[pk])
        ),
        ignore_conflicts=True,
    )
    found_posts = FoundPost.objects.filter(saved_search__in=pks).order_by()
    counts = found_posts.values("saved_search").annotate(count=Count("pk"))
    for pk in counts.filter(count__gt=MAX_FOUND).values_list("saved_search", flat=True):
        of_one = FoundPost.objects.filter(saved_search=pk)
        newest = list(of_one.order_by("-post_id").values_list("pk", flat=True)[:MAX_FOUND])
        of_one.exclude(pk__in=newest).delete()
