"""The filters of a list, which a query string names and links change."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from accounts.base.text import fold

#: Words that a filter by words looks for.
MAX_WORDS = 6


@dataclass(frozen=True)
class QueryFilters:
    """What a list is filtered by, and which page of it; empty strings filter nothing.

    Subclasses add fields that are texts, each with its parameter in ``param_names``, in the
    order of which links name them. ``not_filters``: those that leave out no row.
    """

    page: int = 1

    param_names: ClassVar[dict[str, str]]
    not_filters: ClassVar[frozenset[str]] = frozenset({"page"})

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        names = {it.name for it in fields(self)} - self.not_filters
        return any(getattr(self, name) for name in names)

    def url(self, **changed: Any) -> str:
        """The query string of these filters with ``changed`` ones, by default on page 1."""
        filters = replace(self, **({"page": 1} | changed))
        values = {
            param: getattr(filters, name)
            for name, param in self.param_names.items()
            if getattr(filters, name)
        }
        page = {"page": filters.page} if filters.page > 1 else {}
        return "?" + urlencode(values | page)


def search_words(text: str) -> list[str]:
    """The folded words of ``text``, the first of them."""
    return fold(text).split()[:MAX_WORDS]
