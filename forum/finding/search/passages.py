"""The passage of a post that a search shows, and what is marked in it and in titles.

What is marked was found by the same analysis as the thread itself, on both databases.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice

from django.utils.safestring import SafeString

from accounts.base.cpu_budget import check_budget
from forum.base.search_index.analysis import (
    MAX_LENGTH,
    clean,
    folded_form,
    is_english,
    stems_of,
    words_of,
    words_with,
)
from forum.base.search_index.terms import Expression

#: Characters of a passage.
LENGTH = 240
#: Characters of a post that are looked through for one, words of them, and such as are marked:
#: where there are more, the passage is one of the beginning.
_MAX_TEXT, _MAX_WORDS, _MAX_MARKED = 20_000, 4_000, 200
_ELLIPSIS = "…"
#: What does not stand before one.
_BEFORE_ELLIPSIS = " ,;:–\u00a0\u202f"


class Highlighter:
    """Marks the words of an expression in texts."""

    def __init__(self, expression: Expression) -> None:
        """``expression``: what was searched for, with synonyms."""
        terms = {
            term
            for clause in expression.clauses
            for alternative in clause
            for term in alternative.terms
        }
        self._forms = {form for term in terms for form in term.stems}
        self._prefixes = tuple({term.prefix for term in terms if term.prefix})
        #: With what they begin: no stem of a word in plain letters begins otherwise.
        initials = {it[:1] for it in (*self._forms, *self._prefixes)}
        self._words = words_with("".join(sorted(initials)))
        self._known: dict[tuple[str, bool], bool] = {}
        self._wanted: dict[str, bool] = {}

    def marked(self, text: str) -> SafeString:
        """``text`` as HTML, with its words that are searched for in ``<mark>``."""
        text = clean(text)
        return _html(text, list(self._spans(text)))

    def passage(self, text: str) -> SafeString:
        """The part of ``text`` with most of what is searched for, in which that is marked."""
        check_budget()
        whole = clean(text[:_MAX_TEXT])
        spans = list(islice(self._spans(whole), _MAX_MARKED))
        text = whole[: spans[-1][1]] if len(spans) == _MAX_MARKED else whole
        start, end = _window(text, spans)
        if end < len(whole):
            end = start + len(text[start:end].rstrip(_BEFORE_ELLIPSIS))
        inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
        html = _html(text[start:end], inside)
        before, after = _ELLIPSIS * (start > 0), _ELLIPSIS * (end < len(whole))
        return SafeString(before + html + after)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._forms:
            return
        in_english = None
        for word in islice(words_of(text, self._may_be_marked, self._words), _MAX_WORDS):
            is_marked, *others = {self._has(word.word, it) for it in (False, True)}
            if others:  # Of few words the language matters.
                in_english = is_english(text) if in_english is None else in_english
                is_marked = self._has(word.word, in_english)
            if is_marked:
                yield word.start, word.end

    def _may_be_marked(self, match: re.Match[str]) -> bool:
        """Whether what was found in a text is a word that is searched for, or a number."""
        if match.lastgroup == "passed":
            return False
        text = match[0]
        if (known := self._wanted.get(text)) is None:
            known = self._wanted[text] = self._finds_any(text)
        return known

    def _finds_any(self, text: str) -> bool:
        word = text.casefold()[:MAX_LENGTH]
        return not text.isalpha() or self._has(word, False) or self._has(word, True)

    def _has(self, word: str, in_english: bool) -> bool:
        if (known := self._known.get((word, in_english))) is None:
            known = self._known[word, in_english] = self._finds(word, in_english)
        return known

    def _finds(self, word: str, in_english: bool) -> bool:
        forms = stems_of(word, is_english=in_english)
        is_found = forms.stem in self._forms or forms.folded_stem in self._forms
        return is_found or bool(self._prefixes and folded_form(word).startswith(self._prefixes))


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Where the passage begins and ends: at words, around most of different ``spans``."""
    if len(text) <= LENGTH:
        return 0, len(text)
    best, most, last = 0, -1, 0
    words = [text[start:end].casefold() for start, end in spans]
    inside: Counter[str] = Counter()  # The words of ``spans[first:last]``.
    for first, (start, _end) in enumerate(spans):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start + LENGTH:
            inside[words[last]] += 1
            last += 1
        if len(inside) > most:
            best, most = start, len(inside)
        if first < last:
            inside[words[first]] -= 1
            if not inside[words[first]]:
                del inside[words[first]]
    start = max(0, min(best - LENGTH // 4, len(text) - LENGTH))
    end = min(len(text), start + LENGTH)
    if start > 0 and (space := text.find(" ", start, best + 1)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", start, end)) > best:
        end = space
    return start, end


def _html(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"
        at = end
    return SafeString("".join([*parts, escape(text[at:])]))
