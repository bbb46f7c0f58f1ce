"""Setting the tags of a thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from forum.tags.models import Tag, tag_slug

if TYPE_CHECKING:
    from forum.threads.models import Thread


def set_tags(thread: Thread, names: Iterable[str]) -> None:
    """Make ``names`` the thread's tags; spellings of one word are one tag.

    Each thread keeps its own spelling, since the first may have been written in a space that
    others do not read. The English name of a tag stands for the tag. Part of the transaction
    that writes the thread.
    """
    name_by_slug: dict[str, str] = {}
    names_of_english = _names_by_english_slug(thread)
    for name in names:
        if slug := tag_slug(name):
            slug, name = names_of_english.get(slug, (slug, name))
            name_by_slug.setdefault(slug, name)
    thread.taggings.exclude(tag__slug__in=name_by_slug).delete()
    for slug, name in sorted(name_by_slug.items()):
        tag, _new = Tag.objects.get_or_create(slug=slug, defaults={"name": slug})
        thread.taggings.update_or_create(tag=tag, defaults={"name": name})


def _names_by_english_slug(thread: Thread) -> dict[str, tuple[str, str]]:
    """By the slug of its English name, a tag's slug and its spelling, in the thread or its own.

    Where the name is the same in both languages, what is typed is in either.
    """
    spellings = dict(thread.taggings.values_list("tag__slug", "name"))
    known = Tag.objects.exclude(name_en="").values_list("slug", "name", "name_en")
    return {
        english: (slug, spellings.get(slug, name))
        for slug, name, name_en in known
        if (english := tag_slug(name_en)) != slug
    }
