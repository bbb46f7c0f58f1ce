"""Tags as a viewer sees them: what they are called, how often, what stands for what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.expressions import RowCount
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.base.spaces.models import Space
from forum.base.spaces.queries import in_visible_spaces, spaces_around, spaces_within
from forum.conversation.tags.models import (
    OF_REFERENCE,
    MergedTagging,
    Tag,
    Tagging,
    TagSynonym,
)

if TYPE_CHECKING:
    from forum.conversation.tags.models import TaggingQuerySet


#: Threads of one tag that are counted; beyond, "and more" is all one needs.
MAX_COUNTED = 1000
#: Threads of a tag among which others are looked for; the tags that are named; tags at once.
_AMONG, _MOST_RELATED, _BATCH_SIZE = 500, 8, 20
_KINDS = "question", "experience", "discussion", "announcement"


def known_tags(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The tags that one sees, and those that the reference data names, without threads too."""
    return visibility.tags(viewer, prefix) | ~Q((f"{prefix}family", ""))


def merged_tags(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The tags merged into another that a visible thread bore; of the reference data, all."""
    moved = MergedTagging.objects.visible_to(viewer)
    is_seen = Q(Exists(moved.filter(source=OuterRef(f"{prefix}pk"))))
    is_merged = Q((f"{prefix}merged_into__isnull", False))
    return (is_seen | ~Q((f"{prefix}family", ""))) & is_merged


def known_or_merged_tags(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """All tags that one may be told of."""
    return known_tags(viewer, prefix) | merged_tags(viewer, prefix)


def seen_taggings(viewer: Viewer | Rights) -> TaggingQuerySet:
    """The taggings of the threads that ``viewer`` sees, found without joins."""
    return Tagging.objects.visible_to(viewer, _by_space_ids)


def spelling(viewer: Viewer | Rights) -> Any:
    """What a tag is called to ``viewer``: an annotation; NULL where they see no thread with it.

    By its name where the reference data gives it one, else as the first of its threads spells
    it; by the spelling of a tag that was merged into it where they see no other.
    """
    names = seen_taggings(viewer).filter(tag=OuterRef("pk")).order_by("is_moved", "pk")
    return Case(When(OF_REFERENCE, then=F("name")), default=Subquery(names.values("name")[:1]))


def thread_count(viewer: Viewer | Rights, limit: int = MAX_COUNTED, **conditions: Any) -> Any:
    """How many threads with a tag ``viewer`` sees, ``limit`` at most: an annotation."""
    rows = seen_taggings(viewer).filter(tag=OuterRef("pk"), **conditions).order_by()
    return RowCount(rows.values("pk")[:limit])


def find_tag(viewer: Viewer, slug: str, *, with_counts: bool = False) -> Tag | None:
    """The tag that the address ``slug`` is of, called as ``viewer`` sees it.

    Where that is a synonym, or was merged and no thread has it, the tag that stands for it.
    None where they see no thread with it. ``with_counts``: with ``question_count`` and its
    like, how many threads of each kind they see.
    """
    if tag := _BY_SLUG.first(viewer.rights, with_counts, slug=slug):
        return with_spelling(tag)
    merged = Tag.objects.visible_to(viewer, merged_tags).filter(slug=slug).first()
    synonym = None if merged else TagSynonym.objects.filter(slug=slug).first()
    meant = merged or (synonym.tag if synonym else None)
    if meant is None:
        return None
    tag = _BY_SLUG.first(viewer.rights, with_counts, slug=meant.root.slug)
    return with_spelling(tag) if tag else None


def _by_slug(rights: Rights, with_counts: bool, slug: str) -> QuerySet[Tag]:
    seen = named(rights, Tag.objects.visible_to(rights)).filter(slug=slug)
    if not with_counts:
        return seen
    return seen.annotate(**{f"{it}_count": thread_count(rights, kind=it) for it in _KINDS})


def called(viewer: Viewer, tags: Iterable[Tag]) -> list[Tag]:
    """``tags``, each called as ``viewer`` sees it; without those that they do not know."""
    tags = list(tags)
    known = {
        tag.pk: tag
        for batch in batched(tags, _BATCH_SIZE, strict=False)
        for tag in _CALLED.rows(
            viewer.rights, **id_values([tag.pk for tag in batch], _BATCH_SIZE)
        )
    }
    return [with_spelling(known[tag.pk]) for tag in tags if tag.pk in known]


def _called(rights: Rights, **pks: int) -> QuerySet[Tag]:
    known = Tag.objects.visible_to(rights, known_tags)
    return named(rights, known).filter(pk__in=pks.values())


def tags_by_id(viewer: Viewer, pks: Collection[int]) -> dict[int, Tag]:
    """Of the tags of these ids, ``{id: tag}`` of those that ``viewer`` may be told of."""
    merged = Tag.objects.visible_to(viewer, merged_tags).filter(pk__in=pks)
    merged = merged.annotate(spelling=_merged_spelling(viewer))
    known = {tag.pk: with_spelling(tag) for tag in merged}
    return known | {tag.pk: tag for tag in called(viewer, [Tag(pk=pk) for pk in pks])}


class RelatedTag(NamedTuple):
    """A tag and how many of some threads have it."""

    tag: Tag
    count: int  # type: ignore[assignment]


def related_tags(viewer: Viewer, tag: Tag) -> list[RelatedTag]:
    """The tags that stand most often beside ``tag``, in the newest threads that have it."""
    counts = dict(_BESIDE.rows(viewer.rights, tag=tag.pk))
    known = called(viewer, [Tag(pk=pk) for pk in counts])
    return [RelatedTag(other, counts[other.pk]) for other in known]


def _beside(rights: Rights, tag: int) -> QuerySet[Tagging, tuple[int, int]]:
    seen = seen_taggings(rights).filter(tag=tag).in_list_order()
    newest = seen.values("content_object")[:_AMONG]
    beside = Tagging.objects.filter(content_object__in=newest).exclude(tag=tag)
    counted = beside.order_by().values("tag").annotate(together=Count("pk"))
    ordered = counted.order_by("-together", "tag")
    rows: QuerySet[Tagging, tuple[int, int]] = ordered.values_list("tag", "together")
    return rows[:_MOST_RELATED]


def synonyms_of(viewer: Viewer, tag: Tag) -> list[str]:
    """What stands for ``tag`` besides its name: synonyms, and merged tags that one sees."""
    names = list(TagSynonym.objects.filter(tag=tag).values_list("name", flat=True))
    return names + [str(other) for other in merged_into(viewer, tag)]


def merged_into(viewer: Viewer, tag: Tag) -> list[Tag]:
    """The tags merged into ``tag``, as threads that ``viewer`` sees called them."""
    return [with_spelling(other) for other in _MERGED.rows(viewer.rights, tag=tag.pk)]


def _merged(rights: Rights, tag: int) -> QuerySet[Tag]:
    merged = Tag.objects.visible_to(rights, merged_tags).filter(merged_into=tag)
    return merged.annotate(spelling=_merged_spelling(rights)).order_by("slug")


def name_for_readers(tag: Tag, space: Space) -> str:
    """What ``tag`` is called to all who read ``space``; "" where some may not know of it."""
    if tag.is_of_reference:
        name: str = tag.name
        return name
    around = spaces_around(space, "space__")
    taggings = Tagging.objects.filter(visibility.remaining_threads(), around, tag=tag)
    return taggings.order_by("is_moved", "pk").values_list("name", flat=True).first() or ""


def taggings_that_may_become(source: Tag, target: Tag) -> QuerySet[Tagging]:
    """The taggings of ``source`` whose thread's readers all know of ``target`` already."""
    taggings = Tagging.objects.filter(tag=source)
    if target.is_of_reference:
        return taggings
    rows = Tagging.objects.filter(visibility.remaining_threads(), tag=target).order_by()
    kinds = rows.values_list("space", "space__audience", "space__college").distinct()
    spaces = [Space(pk=pk, audience=kind, college_id=college) for pk, kind, college in kinds]
    return taggings.filter(spaces_within(spaces, "space__"))


def _merged_spelling(viewer: Viewer | Rights) -> Case:
    """What a merged tag was called: an annotation, as ``spelling``."""
    moved = MergedTagging.objects.visible_to(viewer).filter(source=OuterRef("pk"))
    names = Subquery(moved.order_by("tagging_pk").values("name")[:1])
    return Case(When(OF_REFERENCE, then=F("name")), default=names)


def named(viewer: Viewer | Rights, tags: QuerySet[Tag]) -> QuerySet[Tag]:
    """``tags`` with what ``viewer`` sees them called, for ``with_spelling``."""
    return tags.annotate(spelling=spelling(viewer))


def with_spelling(tag: Tag) -> Tag:
    """``tag``, of ``named``, with what it is called as its name; its English stays."""
    tag.name = tag.spelling or tag.name
    return tag


def _by_space_ids(viewer: Viewer | Rights) -> Q:
    """The condition of ``visibility.threads``, without a join for each tagging."""
    return in_visible_spaces(viewer) & visibility.remaining_threads()


_BY_SLUG = CompiledQuery(_by_slug, "slug")
_CALLED = CompiledQuery(_called, *id_names(_BATCH_SIZE))
_BESIDE = CompiledQuery(_beside, "tag")
_MERGED = CompiledQuery(_merged, "tag")
