"""What the open data hold: what a guest sees, at the moment of asking, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import batched

from django.db.models import Count, Max

from accounts.viewers.viewers import GUEST
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.comparison.indicators import INDICATORS
from forum.library.sheets.comparison.queries import IndicatorSpread, spread_in_words
from forum.library.sheets.comparison.spread import spread_of
from forum.library.sheets.public_versions.models import PublicVersion

#: Sheets of a file, further ones are on its next page; and those that are read at once.
FILE_SHEETS, _AT_ONCE = 500, 50
#: Entries of a feed.
FEED_ENTRIES = 50
#: Shares and hours, which do not depend on the size of a place, nor on its taxes.
_MEDIANS = ("aid_share", "full_hours", "consumption_left", "citizen_share")


def public_versions_of_file(page: int) -> Iterator[PublicVersion]:
    """The sheets of a page of the files: in the order of their numbers, which stays.

    Some at a time, each as it is when it is read: all together take much memory.
    """
    versions = PublicVersion.objects.visible_to(GUEST).order_by("sheet")
    pks = versions.values_list("pk", flat=True)[(page - 1) * FILE_SHEETS : page * FILE_SHEETS]
    for batch in batched(list(pks), _AT_ONCE, strict=False):
        yield from versions.with_authors().filter(pk__in=batch)


def public_versions_of_feed() -> list[PublicVersion]:
    """The sheets that became public last."""
    versions = PublicVersion.objects.visible_to(GUEST).with_authors().newest_first()
    return list(versions[:FEED_ENTRIES])


def count_and_change() -> tuple[int, datetime | None]:
    """How many sheets there are, and when the last of them changed."""
    versions = PublicVersion.objects.visible_to(GUEST).order_by()
    row = versions.aggregate(count=Count("pk"), changed=Max("changed_at"))
    return row["count"], row["changed"]


def public_threads() -> list[tuple[Thread, Post | None]]:
    """The threads that all may read and that were last posted in, each with its first post."""
    threads = Thread.objects.visible_to(GUEST).select_related(
        "topic", "author", "seat__organisation"
    )
    latest = list(threads.order_by("-last_posted_at", "-pk")[:FEED_ENTRIES])
    posts = Post.objects.visible_to(GUEST).filter(thread__in=latest, number=1)
    first = {post.thread_id: post for post in posts.only("thread", "html")}
    return [(thread, first.get(thread.pk)) for thread in latest]


def public_medians() -> list[IndicatorSpread]:
    """Medians of what the latest public sheets say, by the rule of comparisons."""
    versions = PublicVersion.objects.visible_to(GUEST).newest_first().only("figures")
    amounts = [_amounts(version) for version in versions[:FILE_SHEETS]]
    medians = []
    for indicator in (INDICATORS[key] for key in _MEDIANS):
        values = [indicator.amount(sheet_amounts) for sheet_amounts in amounts]
        if spread := spread_of(value for value in values if value is not None):
            medians.append(spread_in_words(indicator, spread))
    return medians


def _amounts(version: PublicVersion) -> dict[str, Decimal]:
    """Its first figure of each kind, as comparisons take it."""
    amounts: dict[str, Decimal] = {}
    for figure in version.figure_rows:
        if figure.amount is not None:
            amounts.setdefault(figure.kind, figure.amount)
    return amounts
