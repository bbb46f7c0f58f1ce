"""The filters of the directory, as its query string gives them."""

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict

from accounts.base.pagination import page_number
from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line

_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")
#: By what a topic finds: what was written on it, or who offers to testify, else by both; or by
#: experience sheets, of any topic where none is chosen.
WROTE, TESTIFY, SHEETS = "ecrit", "temoigne", "fiche"
_PARAM_PATTERNS = {
    "college": _SLUG,
    "topic": _SLUG,
    "department": re.compile(r"[0-9AB]{2,3}"),
    "country": re.compile(r"[A-Z]{2}"),
    "how": re.compile(f"{WROTE}|{TESTIFY}|{SHEETS}"),
}
_MAX_LENGTH = 100


@dataclass(frozen=True)
class DirectoryFilters(QueryFilters):
    """What is searched for in a page of the directory.

    ``how`` a topic finds territories is not asked where there is no topic, but by sheets.
    """

    not_filters: ClassVar[frozenset[str]] = frozenset({"page", "how"})

    words: str = ""
    organisation: str = ""
    college: str = ""
    topic: str = ""
    department: str = ""
    country: str = ""
    how: str = ""

    param_names: ClassVar[dict[str, str]] = {
        "words": "q",
        "organisation": "organisation",
        "college": "college",
        "topic": "sujet",
        "department": "departement",
        "country": "pays",
        "how": "selon",
    }

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return super().__bool__() or self.how == SHEETS

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        typed = {
            name: printable_line(params.get(cls.param_names[name], ""), _MAX_LENGTH)
            for name in ("words", "organisation")
        }
        named = {
            name: _choice_param(params, cls.param_names[name], pattern)
            for name, pattern in _PARAM_PATTERNS.items()
        }
        return cls(**typed, **named, page=page_number(params))


def _choice_param(params: QueryDict, param: str, pattern: re.Pattern[str]) -> str:
    value = params.get(param, "")
    return value if pattern.fullmatch(value) else ""
