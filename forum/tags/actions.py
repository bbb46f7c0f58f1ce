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
    others do not read. Part of the transaction that writes the thread.
    """
    name_by_slug: dict[str, str] = {}
    for name in names:
        if slug := tag_slug(name):
            name_by_slug.setdefault(slug, name)
    thread.taggings.exclude(tag__slug__in=name_by_slug).delete()
    for slug, name in sorted(name_by_slug.items()):
        tag, _new = Tag.objects.get_or_create(slug=slug, defaults={"name": slug})
        thread.taggings.update_or_create(tag=tag, defaults={"name": name})
