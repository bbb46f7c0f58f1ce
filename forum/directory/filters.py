"""What one asks of the directory, as its address says it. Empty strings ask for nothing."""

import re
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from accounts.base.pagination import page_number
from accounts.base.text import fold

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
    """Who or what is looked for, and which page of it."""

    words: str = ""
    organisation: str = ""
    college: str = ""
    topic: str = ""
    department: str = ""
    country: str = ""
    page: int = 1

    @classmethod
    def from_query(cls, params):
        """What query ``params`` ask; what is not understood asks for nothing."""
        typed = {name: _text_param(params, name) for name in ("words", "organisation")}
        named = {
            name: _choice_param(params, name, shape) for name, shape in _PARAM_PATTERNS.items()
        }
        return cls(**typed, **named, page=page_number(params))

    def __bool__(self):
        """Whether anything is asked, beside a page."""
        return replace(self, page=1) != DirectoryFilters()

    def url(self, **changed):
        """This page's own address with ``changed`` parts; from the first page on."""
        it = replace(self, **({"page": 1} | changed))
        values = {_PARAM_NAMES[one.name]: getattr(it, one.name) for one in fields(it)}
        values["page"] = it.page if it.page > 1 else ""
        return "?" + urlencode({name: value for name, value in values.items() if value})


def search_words(typed):
    """The words looked for, folded, a few at most."""
    return fold(typed).split()[:_MAX_WORDS]


def _text_param(params, name):
    """One line of plain words: what is no character to read parts them."""
    typed = params.get(_PARAM_NAMES[name], "")[:_MAX_LENGTH]
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())


def _choice_param(params, name, shape):
    filters = params.get(_PARAM_NAMES[name], "")
    return filters if shape.fullmatch(filters) else ""
