"""The filters of the library, as its query string gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict

from accounts.base.pagination import page_number
from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line
from forum.base.licences import Licence
from forum.library.tools.models import ToolType

#: The order by how many use a tool; without one the newest come first.
BY_USE = "utilises"
_CHOICES = {"type": ToolType.values, "licence": Licence.values, "order": [BY_USE]}
_MAX_LENGTH = 100


@dataclass(frozen=True)
class ToolFilters(QueryFilters):
    """What is searched for in the library, and in which order."""

    words: str = ""
    topic: str = ""
    type: str = ""
    licence: str = ""
    territory: str = ""
    organisation: str = ""
    order: str = ""

    param_names: ClassVar[dict[str, str]] = {
        "words": "q",
        "topic": "sujet",
        "type": "nature",
        "licence": "licence",
        "territory": "territoire",
        "organisation": "organisation",
        "order": "tri",
    }
    not_filters: ClassVar[frozenset[str]] = frozenset({"page", "order"})

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        typed = {
            name: printable_line(params.get(param, ""), _MAX_LENGTH)
            for name, param in cls.param_names.items()
        }
        for name, choices in _CHOICES.items():
            typed[name] = typed[name] if typed[name] in choices else ""
        return cls(**typed, page=page_number(params))
