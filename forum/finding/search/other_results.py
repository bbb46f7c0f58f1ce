"""What else is called as one searches: sheets, tools, people, organisations, territories…"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.base.query_filters import search_words
from accounts.base.text import fold, slug_of
from accounts.models import Organisation, Territory
from accounts.profiles.queries import listed_people
from accounts.territories.search import search_territories
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.suggestions import suggest_tags
from forum.finding.search.ranking import RankedThread
from forum.finding.search.search_query import SearchQuery
from forum.library.sheets.models import PARTS, ExperienceSheet
from forum.library.tools.queries import find_tools
from forum.models import Space, Topic

#: Of each kind, and of sheets, whose titles are long and stand among the threads found.
MAX_OTHERS, _MAX_SHEETS = 5, 3


class TagResult(NamedTuple):
    """A tag, as it is spelt where the viewer reads it; ``count`` of their threads have it."""

    name: str
    slug: str
    count: int

    @property
    def url(self) -> str:
        """The list of its threads."""
        return reverse("tag", args=[self.slug])


def find_others(
    viewer: Viewer, query: SearchQuery, threads: Sequence[RankedThread] = ()
) -> dict[str, Sequence[Any]]:
    """What the words of ``query`` name, by kind, where anything does; nothing with filters.

    ``sheets`` are the first of those that head the ``threads`` found. ``people`` are those that
    the directory shows ``viewer``; ``organisations`` those of the network; ``spaces``, ``tags``
    and ``tools`` what they see; ``topics`` all may.
    """
    typed = query.words
    words = [word for word in search_words(typed) if word[:1].isalnum()]
    if not words or query.filters:
        return {}
    found: dict[str, Sequence[Any]] = {
        "sheets": _sheets(viewer, threads),
        "people": _people(viewer, words),
        "organisations": _named(Organisation.objects.in_network(), words),
        "territories": territories(typed),
        "tags": tags(viewer, typed),
        "spaces": _spaces(viewer, words),
        "topics": _topics(words),
        "tools": find_tools(viewer, typed, MAX_OTHERS),
    }
    return {kind: rows for kind, rows in found.items() if rows}


def territories(typed: str, most: int = MAX_OTHERS) -> list[Territory]:
    """The territories whose names ``typed`` begins."""
    return search_territories(typed, most)


def tags(viewer: Viewer, typed: str, most: int = MAX_OTHERS) -> list[TagResult]:
    """The tags of threads that ``viewer`` sees that are called so, or have such a synonym."""
    found = (it for it in suggest_tags(viewer, typed) if it.count)
    return [TagResult(it.name, it.slug, it.count) for it in found][:most]


def _sheets(viewer, threads):
    pks = [it.best.thread_id for it in threads if it.best.has_sheet]
    if not pks:
        return []
    rows = ExperienceSheet.objects.published_to(viewer).filter(thread__in=pks[:_MAX_SHEETS])
    rows = rows.select_related("thread", "territory").defer(*PARTS, "stems")
    return sorted(rows, key=lambda one: pks.index(one.thread_id))


def _people(viewer, words):
    if not viewer.is_member:
        return []
    return _named(listed_people(), words)


def _named(rows, words):
    for word in words:
        rows = rows.filter(folded_name__contains=word)
    return list(rows.order_by("folded_name")[:MAX_OTHERS])


def _spaces(viewer, words):
    spaces = Space.objects.visible_to(viewer).select_related("college", "group")
    names = ((space, fold(f"{space.name} {space.name_en}")) for space in spaces)
    return [it for it, name in names if all(word in name for word in words)][:MAX_OTHERS]


def _topics(words):
    """Those with words that begin so."""
    names = {it: slug_of(f"{it.name} {it.name_en}").split("-") for it in Topic.objects.all()}
    return [
        it for it, parts in names.items()
        if all(any(part.startswith(word) for part in parts) for word in words)
    ][:MAX_OTHERS]  # fmt: skip
