"""Making the index anew, in small steps, while the site runs.

What is written meanwhile is indexed by whoever writes it; here each thread is locked while its
documents are made from what it holds. Interrupted, it goes on where it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from forum.base.search_index.actions import replace_documents
from forum.base.search_index.analysis import VERSION
from forum.base.search_index.models import IndexVersion, PostDocument, ThreadDocument
from forum.base.search_index.vocabulary.actions import add_words

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread

#: Threads of a step, and its posts, as of one that learns words.
THREADS, POSTS = 50, 500
#: Documents of former versions that are deleted at once.
_DELETED = 2_000


class IndexingStep(NamedTuple):
    """The ids of the threads that were indexed; whether there were none left."""

    threads: list[int]
    is_last: bool


def begin_again() -> None:
    """Start over: all is indexed again, and found all the while."""
    IndexVersion.objects.filter(version=VERSION).update(last_thread=0, finished_at=None)


def index_next_threads(size: int = THREADS) -> IndexingStep:
    """Index up to ``size`` threads that are not yet, with their posts."""
    with transaction.atomic():
        index = _locked_version()
        threads = [] if index.finished_at else _lock_next_threads(index.last_thread, size)
        if threads:
            replace_documents(threads)
            index.last_thread = threads[-1].pk
        elif not index.finished_at:
            index.finished_at = timezone.now()
        index.save()
    if not threads:  # Again where an interruption came before it was done.
        _delete_former_documents()
    return IndexingStep([thread.pk for thread in threads], is_last=not threads)


def _lock_next_threads(after: int, size: int) -> list[Thread]:
    """Up to ``size`` threads past the id ``after``, locked: fewer where they have many posts.

    Who replies to one of them waits until all are indexed.
    """
    threads = apps.get_model("forum", "Thread").objects.filter(pk__gt=after).order_by("pk")
    counts = threads.values_list("pk", "post_count")[:size]
    posts = list(accumulate(count for _pk, count in counts))
    number = max(1, bisect_right(posts, POSTS))
    rows = threads.select_for_update(no_key=True).prefetch_related("taggings")
    return list(rows[:number])


def threads_indexed() -> Iterator[int]:
    """Index what is left, step by step; yield the ids of the threads as they are done."""
    while not (step := index_next_threads()).is_last:
        yield from step.threads


def learn_next_words(size: int = POSTS) -> int:
    """Store the words of up to ``size`` posts more, for *Did you mean*; return how many."""
    with transaction.atomic():
        index = _locked_version()
        number, last = add_words(index.last_word_post, size)
        if last is not None:
            index.last_word_post = last
            index.save(update_fields=["last_word_post"])
    return number


def _locked_version() -> IndexVersion:
    IndexVersion.objects.get_or_create(version=VERSION)
    return IndexVersion.objects.select_for_update().get(version=VERSION)


def _delete_former_documents() -> None:
    for model in (PostDocument, ThreadDocument):
        former = model.objects.filter(version__lt=VERSION).order_by("pk")
        while pks := list(former.values_list("pk", flat=True)[:_DELETED]):
            model.objects.filter(pk__in=pks).delete()
    IndexVersion.objects.filter(version__lt=VERSION).delete()
