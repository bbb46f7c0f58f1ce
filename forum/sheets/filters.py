"""The filters of the list of sheets, as its query string gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict

from accounts.base.pagination import page_number
from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line

_MAX_LENGTH = 100


@dataclass(frozen=True)
class SheetFilters(QueryFilters):
    """What is searched for among sheets."""

    words: str = ""
    topic: str = ""
    territory: str = ""

    param_names: ClassVar[dict[str, str]] = {
        "words": "q",
        "topic": "sujet",
        "territory": "territoire",
    }
    not_filters: ClassVar[frozenset[str]] = frozenset({"page"})

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``."""
        typed = {
            name: printable_line(params.get(param, ""), _MAX_LENGTH)
            for name, param in cls.param_names.items()
        }
        return cls(**typed, page=page_number(params))
