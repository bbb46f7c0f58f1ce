"""The filters of the library, as its query string gives them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.base.pagination import page_number
from accounts.base.text import printable_line
from forum.tools.models import Licence, ToolType

#: The order by how many use a tool; without one the newest come first.
BY_USE = "utilises"
_PARAM_NAMES = {
    "words": "q",
    "topic": "sujet",
    "type": "nature",
    "licence": "licence",
    "territory": "territoire",
    "organisation": "organisation",
    "order": "tri",
    "page": "page",
}
_CHOICES = {"type": ToolType.values, "licence": Licence.values, "order": [BY_USE]}
_MAX_LENGTH = 100


@dataclass(frozen=True)
class ToolFilters:
    """What is searched for, in which order, and which page of it; "" filters nothing."""

    words: str = ""
    topic: str = ""
    type: str = ""
    licence: str = ""
    territory: str = ""
    organisation: str = ""
    order: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        typed = {
            name: printable_line(params.get(param, ""), _MAX_LENGTH)
            for name, param in _PARAM_NAMES.items()
            if name != "page"
        }
        for name, choices in _CHOICES.items():
            typed[name] = typed[name] if typed[name] in choices else ""
        return cls(**typed, page=page_number(params))

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return replace(self, page=1, order="") != ToolFilters()

    def url(self, **changed: Any) -> str:
        """The query string of these filters with ``changed`` ones, by default on page 1."""
        filters = replace(self, **({"page": 1} | changed))
        values = {_PARAM_NAMES[it.name]: getattr(filters, it.name) for it in fields(filters)}
        values["page"] = filters.page if filters.page > 1 else ""
        return "?" + urlencode({name: value for name, value in values.items() if value})
