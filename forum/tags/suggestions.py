"""Tags for what is typed."""

from typing import NamedTuple

from django.db.models import Case, When

from accounts.viewers.viewers import Viewer
from forum.tags.models import Tag, TagSynonym, tag_slug
from forum.tags.queries import (
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
    count: int
    family: str
    synonym: str


def suggest_tags(viewer: Viewer, words: str) -> list[Suggestion]:
    """The tags that ``viewer`` may know and whose name, or a synonym, contains ``words``.

    Those that begin with it first, then those that most threads bear. Bounded: it looks at
    ``_MAX_CANDIDATES`` tags at most, and counts ``MAX_COUNTED`` threads of each.
    """
    if not (typed := tag_slug(words[:_MAX_TYPED])):
        return []
    meant = _candidates(viewer, typed)
    tags = Tag.objects.visible_to(viewer, known_tags).filter(pk__in=meant)
    tags = named(viewer, tags.filter(merged_into=None))
    found = [(one, meant[one.pk]) for one in tags.annotate(thread_count=thread_count(viewer))]

    def rank(row):
        begins = (row[1].slug or row[0].slug).startswith(typed)
        return not begins, -row[0].thread_count, row[0].slug

    return [
        Suggestion(
            str(with_spelling(one)), one.slug, one.thread_count, one.family_label, match.synonym
        )
        for one, match in sorted(found, key=rank)[:MAX_SUGGESTIONS]
    ]


class _Match(NamedTuple):
    """By what a tag was found: its synonym, with the slug of that; or itself."""

    synonym: str = ""
    slug: str = ""


def _candidates(viewer, typed):
    """``{id: how it matches}`` of the tags to suggest, some of which one may not know."""
    english = Tag.objects.visible_to(viewer, known_tags).exclude(name_en="")
    english = {
        pk: slug
        for pk, name in english.values_list("pk", "name_en")
        if typed in (slug := tag_slug(name))
    }
    begins = Case(When(slug__startswith=typed, then=0), default=1)
    known = Tag.objects.visible_to(viewer, known_tags).filter(slug__contains=typed)
    known = known.filter(merged_into=None).order_by(begins, "slug")
    meant = {pk: _Match(slug=slug) for pk, slug in english.items()}
    meant |= {pk: _Match() for pk in known.values_list("pk", flat=True)[:_MAX_CANDIDATES]}
    merged = Tag.objects.visible_to(viewer, merged_tags).filter(slug__contains=typed)
    merged = list(merged.order_by(begins, "slug")[:MAX_SUGGESTIONS])
    for root in {one.merged_into_id for one in merged}:
        for one in merged_into(viewer, Tag(pk=root)):
            if typed in one.slug:
                meant.setdefault(one.root.pk, _Match(str(one), one.slug))
    told = Tag.objects.visible_to(viewer, known_or_merged_tags).order_by().values("pk")
    synonyms = TagSynonym.objects.filter(slug__contains=typed, tag__in=told)
    synonyms = synonyms.select_related("tag")
    for one in synonyms.order_by(begins, "slug")[:_MAX_CANDIDATES]:
        meant.setdefault(one.tag.root.pk, _Match(one.name, one.slug))
    return meant
