"""Public versions of sheets, for who does not read the sheets themselves.

Whether one is public is asked of the database at each search; only its words are kept in the
process, under when it last changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.base.compiled_queries import CompiledQuery, id_names, padded_id_values
from accounts.base.text import with_no_break_spaces
from accounts.viewers.viewers import Rights
from forum.base import markup
from forum.base.search_index.analysis import SEPARATOR
from forum.base.search_index.models import OF_TOPIC
from forum.base.search_index.stem_text import StemText, have_words
from forum.base.search_index.terms import Expression
from forum.finding.search.filters import read_filters, type_named
from forum.finding.search.passages import Highlighter
from forum.finding.search.ranking import RankedThread, SearchMatch, rank
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import SHEET, SearchQuery
from forum.library.sheets.models import PARTS
from forum.library.sheets.public_versions.models import PublicVersion
from forum.models import ThreadKind

#: The newest that are looked through, and as many with a part of the words.
MAX_VERSIONS, _MAX_PARTIAL = 300, 5
#: The filters that public versions meet.
_FILTERS = frozenset(("sujet", "type"))
_TYPES = frozenset((SHEET, ThreadKind.EXPERIENCE.value))


class _VersionRow(NamedTuple):
    """What says which words of a version are kept, and what ranks it."""

    pk: int
    changed_at: datetime
    published_at: datetime
    topic_id: int


class _VersionWords(NamedTuple):
    """The words of a version; ``title`` and ``text`` in their two forms."""

    title: tuple[str, str]
    text: tuple[str, str]
    words: frozenset[str]


class PublicSheets(NamedTuple):
    """Versions with all words that are searched for, and with some: as ranked threads.

    The ``thread_id`` of each is the id of the version, below zero.
    """

    whole: list[RankedThread]
    partial: list[RankedThread]


def find_public_sheets(
    scope: SearchScope, query: SearchQuery, expression: Expression
) -> PublicSheets:
    """Those that ``expression`` finds, best first, of what the viewer reads as public alone."""
    if not expression.clauses or not query.filters.keys() <= _FILTERS:
        return PublicSheets([], [])
    if query.type and type_named(query.type) not in _TYPES:
        return PublicSheets([], [])
    rows = [_VersionRow(*row) for row in _ROWS.rows(scope.viewer.rights)]
    if query.sujet:
        meanings = read_filters(scope, {"sujet": query.sujet})
        topics = {pk for meaning in meanings or () for pk in meaning.pks}
        rows = [row for row in rows if row.topic_id in topics]
    words = _words_of(scope.viewer.rights, rows)
    size, clauses = len(expression.clauses), expression.clauses
    by_number: dict[int, list[SearchMatch]] = {}
    for row in rows:
        if row.pk not in words:  # Withdrawn since.
            continue
        match, text = _match_of(row, words[row.pk]), _text_of(row, words[row.pk])
        named = words[row.pk].words | {f"{OF_TOPIC}{row.topic_id}"}
        if any(text.count(it) for it in expression.excluded):
            continue
        number = sum(have_words(named, it) and text.count(it) > 0 for it in clauses)
        by_number.setdefault(number, []).append(match)
    whole = rank(by_number.get(size, []), expression)
    if whole or size < 2:
        return PublicSheets(whole, [])
    least = max(1, size // 2)
    partial = [match for number in range(size - 1, least - 1, -1)
               for match in by_number.get(number, [])]  # fmt: skip
    relaxed = expression._replace(required=least)
    return PublicSheets([], rank(partial, relaxed)[:_MAX_PARTIAL])


def public_sheets_titled(
    rights: Rights, expression: Expression, limit: int
) -> list[PublicVersion]:
    """The newest versions, ``limit`` at most, whose titles ``expression`` finds."""
    rows = [_VersionRow(*row) for row in _ROWS.rows(rights)]
    titles = {pk: StemText(*words.title) for pk, words in _words_of(rights, rows).items()}
    pks = [
        row.pk for row in rows
        if row.pk in titles and all(titles[row.pk].count(it) for it in expression.clauses)
    ][:limit]  # fmt: skip
    return _shown(rights, pks)


def show_public_sheets(
    rights: Rights, pks: Sequence[int], highlighter: Highlighter
) -> dict[int, SafeString]:
    """The rows of those of the versions ``pks`` that are public still, by id."""
    shown = {}
    for version in _shown(rights, pks):
        texts = [version.summary, *(getattr(version, name) for name in PARTS)]
        text = markup.plain_text(markup.render("\n\n".join(filter(None, texts))))
        context = {
            "version": version,
            "title": highlighter.marked(with_no_break_spaces(version.title)),
            "passage": highlighter.passage(text),
            "is_public_only": rights.reads_public_only,
        }
        shown[version.pk] = render_to_string("finding/search/public_result.html", context)
    return shown


def _shown(rights: Rights, pks: Sequence[int]) -> list[PublicVersion]:
    """Those of the versions ``pks`` that are public still, with what rows of them show."""
    if not pks:
        return []
    ids = padded_id_values(pks)
    return _shown_query(len(ids)).rows(rights, **ids)


@cache
def _shown_query(size: int) -> CompiledQuery[PublicVersion]:
    def versions(rights: Rights, **pks: int) -> QuerySet[PublicVersion]:
        rows = PublicVersion.objects.read_as_public(rights).filter(pk__in=pks.values())
        return rows.with_display_fields()

    return CompiledQuery(versions, *id_names(size))


def _words_of(rights: Rights, rows: Iterable[_VersionRow]) -> dict[int, _VersionWords]:
    keys = {row.pk: (row.pk, row.changed_at) for row in rows}
    with _LOCK:
        words_by_id = {pk: _WORDS[key] for pk, key in keys.items() if key in _WORDS}
    unknown = [pk for pk in keys if pk not in words_by_id]
    if not unknown:
        return words_by_id
    versions = PublicVersion.objects.read_as_public(rights).filter(pk__in=unknown)
    for pk, stems, folded_stems in versions.values_list("pk", "stems", "folded_stems"):
        title, _, text = stems.strip().partition(SEPARATOR)
        folded_title, _, folded_text = folded_stems.strip().partition(SEPARATOR)
        words = frozenset(f"{stems} {folded_stems}".split())
        words_by_id[pk] = _VersionWords((title, folded_title), (text, folded_text), words)
    with _LOCK:
        for pk in words_by_id.keys() & set(unknown):
            _WORDS[keys[pk]] = words_by_id[pk]
    return words_by_id


def _match_of(row: _VersionRow, words: _VersionWords) -> SearchMatch:
    title, folded_title = words.title
    return SearchMatch(
        -row.pk, row.published_at, ThreadKind.EXPERIENCE.value, False, row.topic_id, 0, True,
        f"{title}{SEPARATOR}", f"{folded_title}{SEPARATOR}", *words.text,
    )  # fmt: skip


def _text_of(row: _VersionRow, words: _VersionWords) -> StemText:
    stems, folded_stems = map(SEPARATOR.join, zip(words.title, words.text, strict=True))
    return StemText(f"{stems} {OF_TOPIC}{row.topic_id}", folded_stems)


def _rows(rights: Rights) -> QuerySet[PublicVersion, Any]:
    versions = PublicVersion.objects.read_as_public(rights).newest_first()
    return versions.values_list(*_VersionRow._fields)[:MAX_VERSIONS]


_WORDS: LRUCache[tuple[int, datetime], _VersionWords] = LRUCache(2 * MAX_VERSIONS)
_LOCK = Lock()
_ROWS: CompiledQuery[Any] = CompiledQuery(_rows)
