"""The library and its tools, as a viewer sees them."""

from __future__ import annotations

from itertools import batched
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import NumberedPage
from accounts.base.query_filters import search_words
from accounts.base.text import excerpt, fold
from accounts.models import Organisation, Seat
from accounts.viewers.viewers import Rights, Viewer
from forum.base import markup
from forum.base.search_index.analysis import clean, stems_of, words_of
from forum.library.tools.filters import BY_USE, ToolFilters
from forum.library.tools.models import ToolUse, ToolVersion

#: Versions and organisations that the page of a tool lists.
MAX_VERSIONS, MAX_USERS = 50, 60
_MAX_WORDS = 6
#: Characters of what changed, and of the HTML that is looked at for them.
_CHANGE_LENGTH, _HTML_LENGTH = 300, 4000


class VersionWithChange(NamedTuple):
    """A version with how its post begins, which says what changed."""

    version: ToolVersion
    change: str


def library_page(viewer: Viewer, filters: ToolFilters) -> NumberedPage[ToolVersion]:
    """The page of tools that ``filters`` ask for, of those that ``viewer`` sees."""
    versions = ToolVersion.objects.latest_seen(viewer).filter(_conditions(filters))
    rows = versions.with_use_counts(viewer).with_display_fields().newest_first()
    if filters.order == BY_USE:
        rows = rows.order_by(F("use_count").desc(), "-pk")
    return NumberedPage(rows, filters.page)


def find_tools(viewer: Viewer, typed: str, most: int) -> list[ToolVersion]:
    """The newest tools with all the words ``typed``, of those that ``viewer`` sees."""
    values = _word_prefixes(typed)
    if not values:
        return []
    names = dict(zip(_PREFIX_NAMES, values, strict=False))
    return _NEWEST_TOOLS.rows(viewer.rights, len(values), most, **names)


def get_tool(viewer: Viewer, pk: int) -> ToolVersion:
    """The tool as ``viewer`` is shown it; raise ToolVersion.DoesNotExist where they see none.

    What a line about it shows is read with it.
    """
    versions = ToolVersion.objects.visible_to(viewer).filter(file__tool=pk)
    if (version := versions.with_display_fields().newest_first().first()) is None:
        raise ToolVersion.DoesNotExist
    return version


def versions_of(viewer: Viewer, pk: int) -> list[VersionWithChange]:
    """The versions of a tool that ``viewer`` sees, the latest first, with what changed."""
    rows = ToolVersion.objects.visible_to(viewer).filter(file__tool=pk)
    rows = rows.select_related("file__post__thread").defer("file__post__text")
    return [
        VersionWithChange(
            version,
            excerpt(markup.plain_text(version.post.html[:_HTML_LENGTH]), _CHANGE_LENGTH),
        )
        for version in rows.newest_first()[:MAX_VERSIONS]
    ]


def uses_of(viewer: Viewer, pk: int) -> QuerySet[ToolUse]:
    """Who uses a tool, of what ``viewer`` sees, the latest first, with organisations."""
    uses = ToolUse.objects.visible_to(viewer).filter(tool=pk)
    return uses.select_related("organisation", "person").order_by("-used_at", "-pk")


def organisation_of(viewer: Viewer) -> Organisation | None:
    """The one for which ``viewer`` writes."""
    if viewer.seat_id is None:
        return None
    return Seat.objects.select_related("organisation").get(pk=viewer.seat_id).organisation


def _conditions(filters: ToolFilters) -> Q:
    """What ``filters`` ask of a version."""
    values = {"topic__slug": filters.topic, "type": filters.type, "licence": filters.licence}
    condition = Q(**{path: value for path, value in values.items() if value})
    if filters.words:
        condition &= _has_words(filters.words) or Q(pk__in=[])
    places = "territory__", "file__post__seat__organisation__"
    for typed, path in zip((filters.territory, filters.organisation), places, strict=True):
        for word in search_words(typed):
            condition &= Q((f"{path}folded_name__contains", word))
    return condition


def _has_words(typed: str) -> Q | None:
    """That a version has the words ``typed``, or begins of them; None for no words."""
    condition, prefixes = Q(), _word_prefixes(typed)
    for either in batched(prefixes, 2):
        condition &= _has_either(*either)
    return condition if prefixes else None


def _word_prefixes(typed: str) -> list[str]:
    """Of each word ``typed``, with a space before it, its stem and the word itself."""
    words = [token.word for token in words_of(clean(typed))][:_MAX_WORDS]
    return [f" {form}" for word in words for form in (stems_of(word).folded_stem, fold(word))]


def _has_either(*prefixes: str) -> Q:
    """That the stems of a version have one of ``prefixes``."""
    places = (StrIndex("stems", Value(it)) for it in prefixes)
    return Q(*(GreaterThan(it, 0) for it in places), _connector=Q.OR)


def _newest_tools(
    rights: Rights, size: int, most: int, **prefixes: str
) -> QuerySet[ToolVersion]:
    """The newest tools with one of each two of the first ``size`` of ``prefixes``."""
    pairs = batched((prefixes[name] for name in _PREFIX_NAMES[:size]), 2)
    versions = ToolVersion.objects.latest_seen(rights).filter(
        *(_has_either(*it) for it in pairs)
    )
    return versions.select_related("file").newest_first()[:most]


_PREFIX_NAMES = tuple(f"prefix_{n}" for n in range(2 * _MAX_WORDS))
_NEWEST_TOOLS: CompiledQuery[ToolVersion] = CompiledQuery(_newest_tools, *_PREFIX_NAMES)
