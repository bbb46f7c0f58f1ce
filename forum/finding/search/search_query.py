"""What someone searches for: words as they are typed, and filters; and its address.

Words are looked for all; ``"words in quotes"`` one after another; ``-word`` and ``-"words"``
must not be there; ``word*`` is the beginning of words. ``sujet:bois`` and the other filters may
be typed among the words, or be parameters of their own. Whatever is typed is a query: what is
not understood is taken as words, and of very much only the beginning is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from re import Match
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.urls import reverse

from accounts.base.pagination import page_number
from accounts.base.text import fold, printable_line
from forum.base.search_index.analysis import clean
from forum.base.search_index.terms import (
    Clause,
    Expression,
    compound_clause,
    phrase_clause,
)

#: Characters of a query that are read, and words that are looked for.
MAX_LENGTH, MAX_WORDS = 200, 10
_MAX_VALUE_LENGTH = 80
SORTS = ("pertinence", "date")
#: The filters, by their parameter, and what else may be typed for each.
FILTER_NAMES = {
    "sujet": ("topic",),
    "espace": ("space",),
    "college": ("collège",),
    "territoire": ("territory",),
    "auteur": ("author", "autrice"),
    "type": ("kind", "nature"),
    "mot": ("tag", "mot-clé"),
    "resolu": ("résolu", "résolue", "solved"),
    "depuis": ("since",),
    "avant": ("before",),
}
#: The type of experiences that have a sheet; other types are kinds of threads.
SHEET = "fiche"
_FILTER_BY_WORD = {
    fold(word): name for name, others in FILTER_NAMES.items() for word in (name, *others)
}
_QUOTES = '"“”«»„'
_PART = re.compile(
    rf"""
    (?:(?P<filter>[^\W\d_][\w-]*):(?=\S))?
    (?P<minus>(?<![^\s(])[-−–])?
    (?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)(?:[{_QUOTES}]|$)|(?P<plain>[^\s{_QUOTES}]+))
    """,
    re.VERBOSE,
)
#: *1 000* is one number.
_GROUPED_DIGITS = re.compile(r"(?<![^\s])\d{1,3}(?: \d{3})+(?![^\s])")


class Part(NamedTuple):
    """A part of what was typed: a word, or several ``is_quoted``; whether it is excluded."""

    text: str
    is_quoted: bool = False
    is_excluded: bool = False


@dataclass(frozen=True)
class SearchQuery:
    """The words and filters of a search, how it is sorted, and which page of it."""

    words: str = ""
    sujet: str = ""
    espace: str = ""
    college: str = ""
    territoire: str = ""
    auteur: str = ""
    type: str = ""
    mot: str = ""
    resolu: str = ""
    depuis: str = ""
    avant: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """The search of query ``params``; filters may be typed among the words of ``q``."""
        words, typed = _without_filters(params.get("q", "")[:MAX_LENGTH])
        filters = {name: _value(params.get(name, "")) for name in FILTER_NAMES}
        sort = params.get("tri", "")
        return cls(
            words=words,
            **filters | typed,
            sort=sort if sort in SORTS else SORTS[0],
            page=page_number(params),
        )

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by parameter."""
        return {name: value for name in FILTER_NAMES if (value := getattr(self, name))}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.expression.clauses and not self.filters

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of its words."""
        parts = []
        for part in _PART.finditer(_GROUPED_DIGITS.sub(_without_spaces, self.words)):
            prefix = f"{part['filter']}:" if part["filter"] else ""
            text = prefix + (part["quoted"] if part["quoted"] is not None else part["plain"])
            parts.append(Part(text, part["quoted"] is not None, bool(part["minus"])))
        return parts

    @property
    def title(self) -> str:
        """Its words as the beginning of a title: without quotes, and none that is excluded."""
        return " ".join(part.text.rstrip("*") for part in self.parts if not part.is_excluded)

    @cached_property
    def expression(self) -> Expression:
        """What its words ask the index for, without synonyms."""
        return _expression(self.parts)

    @property
    def begun_expression(self) -> Expression:
        """The same while it is typed: the last word may be the beginning of one."""
        *before, last = self.parts or [Part("")]
        if not last.is_quoted and self.words.endswith(last.text):
            last = last._replace(text=f"{last.text}*")
        return _expression([*before, last])

    @property
    def typed(self) -> str:
        """Its words and filters as one may type them, the same for the same search."""
        named = (
            f'{name}:"{value}"' if " " in value else f"{name}:{value}"
            for name, value in self.filters.items()
        )
        return " ".join(filter(None, (self.words, *named)))

    def url(self, **changed: Any) -> str:
        """The page of this search with ``changed`` parts, by default its first page."""
        it = replace(self, **({"page": 1} | changed))
        values = {"q": it.words} | {field.name: getattr(it, field.name) for field in fields(it)}
        values |= {"words": "", "sort": "", "tri": "" if it.sort == SORTS[0] else it.sort}
        values["page"] = it.page if it.page > 1 else ""
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{reverse('search')}?{query}" if query else reverse("search")


def _expression(parts: list[Part]) -> Expression:
    included: list[Clause] = []
    excluded: list[Clause] = []
    for part in parts:
        (excluded if part.is_excluded else included).extend(_clauses_of(part))
    return Expression(tuple(included[:MAX_WORDS]), tuple(excluded[:MAX_WORDS]))


def _clauses_of(part: Part) -> list[Clause]:
    if part.is_quoted:
        phrase = phrase_clause(part.text)
        return [phrase] if phrase else []
    text = part.text.rstrip("*")
    is_prefix = text != part.text
    # Only what is joined by hyphens or points is one word: *eau/énergie* is two.
    pieces = re.split(r"[^\w.,’'ʼ\-‐‑]+", text)
    last = len(pieces) - 1
    clauses = (
        compound_clause(piece, is_prefix=is_prefix and n == last and len(fold(piece)) > 1)
        for n, piece in enumerate(pieces)
    )
    return [clause for clause in clauses if clause]


def _without_filters(typed: str) -> tuple[str, dict[str, str]]:
    """``typed`` on one line without its filters, and these by name."""
    filters: dict[str, str] = {}

    def take(part: Match[str]) -> str:
        name = _FILTER_BY_WORD.get(fold(part["filter"] or ""))
        if name is None or part["minus"]:
            return part[0]
        value = part["quoted"] if part["quoted"] is not None else part["plain"]
        filters.setdefault(name, _value(value))
        return ""

    words = _PART.sub(take, _value(typed, MAX_LENGTH))
    return " ".join(words.split()), {name: value for name, value in filters.items() if value}


def _without_spaces(match: Match[str]) -> str:
    return match[0].replace(" ", "")


def _value(text: str, length: int = _MAX_VALUE_LENGTH) -> str:
    return printable_line(clean(text[:length]), length)
