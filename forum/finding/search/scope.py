"""What a viewer's search is about: the spaces they read, the topics, where the newest begin.

It is read once for a search, whose filters, results and counts name the same.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.compiled_unions import CompiledUnion
from accounts.base.translations import translated
from accounts.viewers.viewers import Rights, Viewer
from forum.base.search_index.queries import VERSIONS, served_of
from forum.base.spaces.models import ThreadCount
from forum.finding.search.synonyms import GROUPS, Synonyms, shipped_words_of, synonyms_of
from forum.models import Post, Space, Thread, Topic


class NamedRow(NamedTuple):
    """A space or a topic by its names."""

    pk: int
    slug: str
    name: str
    name_en: str

    def __str__(self) -> str:
        return translated(self, "name")


class SearchScope:
    """What ``viewer`` searches in. Nothing is read before it is asked for."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @cached_property
    def spaces(self) -> list[NamedRow]:
        """Those that they see, in their order."""
        return [_named(space) for space in self._read[0]]

    @cached_property
    def topics(self) -> list[NamedRow]:
        """All topics, in their order."""
        return [_named(topic) for topic in self._read[1]]

    @cached_property
    def versions(self) -> tuple[int, ...]:
        """The versions of the analysis whose documents are searched."""
        return tuple(served_of(self._read[2]))

    @cached_property
    def synonyms(self) -> Synonyms:
        """The terms that mean the same."""
        return synonyms_of(self._read[3])

    @cached_property
    def shipped_words(self) -> tuple[str, ...]:
        """The words, of a term each, of the synonyms that come with the software."""
        return shipped_words_of(self._read[3])

    @cached_property
    def thread_count(self) -> int:
        """How many threads the spaces have."""
        return sum(space.thread_count for space in self._read[0])

    @cached_property
    def latest_post(self) -> int:
        """The highest id that there is of a post, whoever sees it."""
        return max((space.latest_post or 0 for space in self._read[0]), default=0)

    def latest_before(self, day: datetime) -> int:
        """The id of the last post that was written before ``day``, whoever sees it; 0: none."""
        return _BEFORE.first(before_day=day) or 0

    def are_few_since(self, day: datetime, number: int) -> bool:
        """Whether ``number`` posts at most were written since ``day``, whoever sees them."""
        return not _SINCE.rows(number, since_day=day)

    @cached_property
    def latest_thread(self) -> int:
        """The same of a thread."""
        return max((space.latest_thread or 0 for space in self._read[0]), default=0)

    @cached_property
    def _read(self) -> list[list[Any]]:
        return _READ.rows(self.viewer.rights)


def _named(row: Space | Topic) -> NamedRow:
    return NamedRow(row.pk, row.slug, row.name, row.name_en)


_NAMES = "pk", "slug", "name", "name_en"


def _spaces(rights: Rights) -> QuerySet[Space]:
    """The spaces they see, how many threads these have, and the latest ids."""
    counts = ThreadCount.objects.filter(space=OuterRef("pk")).order_by().values("space")
    sums = counts.annotate(n=Sum("count")).values("n")
    rows = Space.objects.visible_to(rights).only(*_NAMES)
    return rows.annotate(
        thread_count=Coalesce(Subquery(sums), Value(0)),
        latest_post=_latest_id(Post),
        latest_thread=_latest_id(Thread),
    )


def _latest_id(model: type[Model]) -> Subquery:
    """The highest id there is, whoever sees it: where the newest begin, and shown to nobody."""
    return Subquery(model._default_manager.order_by("-pk").values("pk")[:1])


def _before(before_day: datetime) -> QuerySet[Post, int]:
    rows = Post._default_manager.filter(created_at__lt=before_day).order_by("-created_at")
    return rows.values_list("pk", flat=True)[:1]


def _since(number: int, since_day: datetime) -> QuerySet[Post, Any]:
    rows = Post._default_manager.filter(created_at__gte=since_day).order_by("-created_at")
    return rows.values_list("created_at")[number : number + 1]


def _topics() -> QuerySet[Topic]:
    return Topic.objects.only(*_NAMES)


_BEFORE: CompiledQuery[int] = CompiledQuery(_before, "before_day")
_SINCE: CompiledQuery[tuple[datetime]] = CompiledQuery(_since, "since_day")
_READ = CompiledUnion([CompiledQuery(_spaces), CompiledQuery(_topics), VERSIONS, GROUPS])
