"""The filters of the directory, as its query string gives them."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.base.pagination import page_number
from accounts.base.text import fold, printable_line

_PARAM_NAMES = {
    "words": "q",
    "organisation": "organisation",
    "college": "college",
    "topic": "sujet",
    "department": "departement",
    "country": "pays",
    "page": "page",
}
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")
_PARAM_PATTERNS = {
    "college": _SLUG,
    "topic": _SLUG,
    "department": re.compile(r"[0-9AB]{2,3}"),
    "country": re.compile(r"[A-Z]{2}"),
}
_MAX_LENGTH, _MAX_WORDS = 100, 6


@dataclass(frozen=True)
class DirectoryFilters:
    """What is searched for, and which page of it; empty strings filter nothing."""

    words: str = ""
    organisation: str = ""
    college: str = ""
    topic: str = ""
    department: str = ""
    country: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        typed = {
            name: printable_line(params.get(_PARAM_NAMES[name], ""), _MAX_LENGTH)
            for name in ("words", "organisation")
        }
        named = {
            name: _choice_param(params, name, pattern)
            for name, pattern in _PARAM_PATTERNS.items()
        }
        return cls(**typed, **named, page=page_number(params))

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return replace(self, page=1) != DirectoryFilters()

    def url(self, **changed: Any) -> str:
        """The query string of these filters with ``changed`` ones, by default on page 1."""
        filters = replace(self, **({"page": 1} | changed))
        values = {_PARAM_NAMES[it.name]: getattr(filters, it.name) for it in fields(filters)}
        values["page"] = filters.page if filters.page > 1 else ""
        return "?" + urlencode({name: value for name, value in values.items() if value})


def search_words(text: str) -> list[str]:
    """The folded words of ``text``, ``_MAX_WORDS`` at most."""
    return fold(text).split()[:_MAX_WORDS]


def _choice_param(params, name, pattern):
    value = params.get(_PARAM_NAMES[name], "")
    return value if pattern.fullmatch(value) else ""
