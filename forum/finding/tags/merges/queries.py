"""What merging a tag into another would change, or undoing it."""

from dataclasses import dataclass

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.tags.models import MergedTagging, Tag
from forum.conversation.tags.queries import (
    find_tag,
    known_tags,
    seen_taggings,
    taggings_that_may_become,
)
from forum.conversation.threads.models import Thread

#: Titles that a preview names.
MAX_TITLES = 30


@dataclass(frozen=True)
class MergePreview:
    """The threads that would have another tag: those that the viewer sees, and how many others.

    ``both``: how many of all have both tags, and keep one. ``unchanged``: how many keep the
    tag that they have, since some of their readers know of no thread with the other.
    """

    titles: list[Thread]
    shown: int
    others: int
    both: int
    unchanged: int

    @property
    def total(self) -> int:
        """How many threads change."""
        return self.shown + self.others


def merge_preview(viewer: Viewer, source: Tag, target: Tag) -> MergePreview:
    """What merging ``source`` into ``target`` would change."""
    moving = taggings_that_may_become(source, target).filter(visibility.remaining_threads())
    seen = seen_taggings(viewer).filter(tag=source, pk__in=moving.values("pk"))
    total, shown = moving.count(), seen.count()
    threads = Thread.objects.visible_to(viewer).filter(pk__in=seen.values("content_object"))
    both = moving.filter(content_object__taggings__tag=target).count()
    everywhere = source.taggings.filter(visibility.remaining_threads()).count()
    return MergePreview(
        list(threads.in_list_order()[:MAX_TITLES]), shown, total - shown, both,
        everywhere - total,
    )  # fmt: skip


def restorable_count(source: Tag) -> int:
    """How many threads would be given ``source`` back, were its merge undone."""
    return MergedTagging.objects.filter(source=source).count()


def target_tag(viewer: Viewer, words_slug: str) -> Tag | None:
    """The tag that ``viewer`` means by this slug: one that they know of, not merged."""
    if tag := find_tag(viewer, words_slug):
        return tag
    known = Tag.objects.visible_to(viewer, known_tags)
    return known.filter(slug=words_slug, merged_into=None).first()
