"""Setting the tags of a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.tags.models import MergedTagging, Tag, TagSynonym, tag_slug, taggings_of
from forum.conversation.tags.queries import name_for_readers

if TYPE_CHECKING:
    from forum.conversation.threads.models import Thread

_IN_ENGLISH = CompiledQuery(
    lambda: Tag.objects.exclude(name_en="").values_list("slug", "name", "name_en")
)
#: How often what a word means is asked anew, where a merge came in between.
_ATTEMPTS = 5


def set_tags(thread: Thread, names: Iterable[str]) -> None:
    """Make ``names`` the thread's tags; spellings of one word are one tag.

    Each thread keeps its own spelling, since the first may have been written in a space that
    others do not read. What stands for another tag gives that (``_meant``). Part of the
    transaction that writes the thread.
    """
    typed = {slug: name for name in reversed(list(names)) if (slug := tag_slug(name))}
    typed = dict(reversed(typed.items()))
    taggings = {tagging.tag.slug: tagging for tagging in taggings_of(thread.pk)}
    spellings = {slug: tagging.name for slug, tagging in taggings.items()}
    name_by_slug, tags = _resolve(thread, typed, spellings)
    if removed := [tagging for slug, tagging in taggings.items() if slug not in tags]:
        thread.taggings.filter(pk__in=[tagging.pk for tagging in removed]).delete()
        _forget_merges(thread, {tagging.tag_id for tagging in removed})
    for slug, tag in sorted(tags.items()):
        name = name_by_slug[slug]
        if slug not in taggings:
            thread.taggings.create(tag=tag, name=name)
        elif taggings[slug].name != name:
            thread.taggings.filter(pk=taggings[slug].pk).update(name=name, is_moved=False)


class _Overtaken(Exception):
    """A tag was merged or deleted between being read and being locked."""


def _resolve(
    thread: Thread, typed: dict[str, str], spellings: dict[str, str]
) -> tuple[dict[str, str], dict[str, Tag]]:
    """What the tags that ``typed`` means are called, by slug; and they, locked.

    Where one was merged meanwhile, what is meant is asked anew, with no lock kept: they are
    locked in one order.
    """
    attempt = 0
    while True:
        attempt += 1
        name_by_slug, unresolved = _meant(thread, typed, spellings)
        try:
            with transaction.atomic():
                return name_by_slug, _lock_tags(name_by_slug, unresolved)
        except _Overtaken:
            if attempt == _ATTEMPTS:
                raise


def _lock_tags(slugs: Collection[str], unresolved: Collection[str]) -> dict[str, Tag]:
    """The tags of these slugs, made where there are none, and locked by slug.

    So a tag is not deleted while a thread is given it, nor merged. Raise _Overtaken where one
    was by now, but for those of ``kept``.
    """
    for slug in sorted(slugs):
        Tag.objects.get_or_create(slug=slug, defaults={"name": slug})
    rows = Tag.objects.filter(slug__in=slugs).order_by("slug")
    tags = {tag.slug: tag for tag in rows.select_for_update(no_key=True)}
    is_merged = any(tag.merged_into_id and slug not in unresolved for slug, tag in tags.items())
    if is_merged or len(tags) < len(slugs):
        raise _Overtaken
    return tags


def _meant(
    thread: Thread, typed: dict[str, str], spellings: dict[str, str]
) -> tuple[dict[str, str], set[str]]:
    """``{slug: what it is called}`` of the tags that ``typed`` means, likewise by slug.

    The English name of a tag stands for it, so does a synonym, and a tag that was merged: but
    these only where all who read the thread know of what they stand for. The second value is
    the slugs of those that therefore stay what they are.
    """
    by_english = _names_by_english_slug(spellings)
    words = [by_english.get(slug, (slug, name)) for slug, name in typed.items()]
    roots = _roots({slug for slug, _name in words})
    meant: dict[str, str] = {}
    unresolved: set[str] = set()
    for slug, name in words:
        if (tag := roots.get(slug)) is None:
            meant.setdefault(slug, name)
        elif called := name_for_readers(tag, thread.space):
            meant.setdefault(tag.slug, spellings.get(tag.slug, called))
        else:
            meant.setdefault(slug, name)
            unresolved.add(slug)
    return meant, unresolved


def _roots(slugs: Collection[str]) -> dict[str, Tag]:
    """``{slug: tag}``: for each of ``slugs`` that stands for another tag, that tag."""
    merged = Tag.objects.filter(slug__in=slugs, merged_into__isnull=False)
    roots = {tag.slug: tag.root for tag in merged}
    synonyms = TagSynonym.objects.filter(slug__in=slugs).select_related("tag")
    return roots | {synonym.slug: synonym.tag.root for synonym in synonyms}


def _names_by_english_slug(spellings: dict[str, str]) -> dict[str, tuple[str, str]]:
    """``{slug of the English name: (slug, spelling)}`` of tags.

    The spelling is that of the thread, else the tag's own. Where the name is the
    same in both languages, what is typed is in either.
    """
    return {
        english: (slug, spellings.get(slug, name))
        for slug, name, name_en in _IN_ENGLISH.rows()
        if (english := tag_slug(name_en)) != slug
    }


def _forget_merges(thread: Thread, tag_ids: set[int]) -> None:
    """Delete what was merged into these tags, which ``thread`` no longer has.

    Its writer has changed its tags since: undoing the merge leaves them as they are.
    """
    moved = MergedTagging.objects.filter(thread=thread).select_related("target")
    pks = [tagging.pk for tagging in moved if tagging.target.root.pk in tag_ids]
    MergedTagging.objects.filter(pk__in=pks).delete()
