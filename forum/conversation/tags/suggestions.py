"""Tags for what is typed."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.compiled_unions import CompiledUnion
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.tags.models import Tag, TagSynonym, tag_slug
from forum.conversation.tags.queries import (
    known_or_merged_tags,
    known_tags,
    merged_into,
    merged_tags,
    named,
    thread_count,
    with_spelling,
)

#: Suggestions for what is typed, tags looked at for them, and letters that are read.
MAX_SUGGESTIONS, _MAX_CANDIDATES, _MAX_TYPED = 8, 40, 60


class Suggestion(NamedTuple):
    """A tag for what is typed: ``synonym`` is what stands for it and was typed, if any."""

    name: str
    slug: str
    count: int  # type: ignore[assignment]
    family: str
    synonym: str


def suggest_tags(viewer: Viewer, words: str) -> list[Suggestion]:
    """The tags that ``viewer`` may know and whose name, or a synonym, contains ``words``.

    Those that begin with it first, then those that most threads have. Bounded: it looks at
    ``_MAX_CANDIDATES`` tags at most, and counts ``MAX_COUNTED`` threads of each.
    """
    if not (typed := tag_slug(words[:_MAX_TYPED])):
        return []
    meant = _candidates(viewer, typed)
    pks = list(meant)[: 2 * _MAX_CANDIDATES]
    size = next(it for it in _SIZES if len(pks) <= it)
    rows = _TAGS[size].rows(viewer.rights, **id_values(pks, size)) if pks else []
    matches = [(tag, meant[tag.pk]) for tag in rows]

    def rank(row: tuple[Tag, _Match]) -> tuple[bool, int, str]:
        begins = (row[1].slug or row[0].slug).startswith(typed)
        return not begins, -row[0].thread_count, row[0].slug

    return [
        Suggestion(
            str(with_spelling(tag)), tag.slug, tag.thread_count, tag.family_label, match.synonym
        )
        for tag, match in sorted(matches, key=rank)[:MAX_SUGGESTIONS]
    ]


class _Match(NamedTuple):
    """By what a tag was found: its synonym, with the slug of that; or itself."""

    synonym: str = ""
    slug: str = ""


def _candidates(viewer: Viewer, typed: str) -> dict[int, _Match]:
    """``{id: how it matches}`` of the tags to suggest, some of which one may not know."""
    named, known, merged, synonyms = _CANDIDATES.rows(viewer.rights, typed=typed)
    english = {tag.pk: _kept_slug(tag.name_en) for tag in named}
    meant = {pk: _Match(slug=slug) for pk, slug in english.items() if typed in slug}
    meant |= {tag.pk: _Match() for tag in known}
    for root in {tag.merged_into_id for tag in merged}:
        for tag in merged_into(viewer, Tag(pk=root)):
            if typed in tag.slug:
                meant.setdefault(tag.root.pk, _Match(str(tag), tag.slug))
    for synonym in synonyms:
        meant.setdefault(synonym.tag.root.pk, _Match(synonym.name, synonym.slug))
    return meant


def _containing(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Those of ``rows`` whose slug contains ``typed``, those that begin with it first."""
    place = StrIndex("slug", Value(typed))
    begins = Case(When(Exact(place, 1), then=0), default=1)
    return rows.filter(GreaterThan(place, 0)).order_by(begins, "slug")


def _english_names(rights: Rights, typed: str) -> QuerySet[Tag]:
    known = Tag.objects.visible_to(rights, known_tags).exclude(name_en="")
    return known.order_by().only("name_en")


def _known(rights: Rights, typed: str) -> QuerySet[Tag]:
    known = Tag.objects.visible_to(rights, known_tags).filter(merged_into=None)
    return _containing(known, typed).only("pk")[:_MAX_CANDIDATES]


def _merged(rights: Rights, typed: str) -> QuerySet[Tag]:
    merged = Tag.objects.visible_to(rights, merged_tags)
    return _containing(merged, typed)[:MAX_SUGGESTIONS]


def _synonyms(rights: Rights, typed: str) -> QuerySet[TagSynonym]:
    tags = Tag.objects.visible_to(rights, known_or_merged_tags).order_by().values("pk")
    synonyms = TagSynonym.objects.filter(tag__in=tags).select_related("tag")
    return _containing(synonyms, typed)[:_MAX_CANDIDATES]


def _tags(rights: Rights, **pks: int) -> QuerySet[Tag]:
    tags = Tag.objects.visible_to(rights, known_tags).filter(pk__in=pks.values())
    unmerged = named(rights, tags.filter(merged_into=None))
    return unmerged.annotate(thread_count=thread_count(rights))


_kept_slug = lru_cache(4096)(tag_slug)
#: Places of the statement that reads them: the whole number of them is seldom needed.
_SIZES = 8, 2 * _MAX_CANDIDATES
_CANDIDATES = CompiledUnion(
    [
        CompiledQuery(_english_names, "typed"),
        CompiledQuery(_known, "typed"),
        CompiledQuery(_merged, "typed"),
        CompiledQuery(_synonyms, "typed"),
    ]
)
_TAGS: dict[int, CompiledQuery[Any]] = {
    size: CompiledQuery(_tags, *id_names(size)) for size in _SIZES
}
