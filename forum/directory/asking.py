"""What one asks of the directory, as its address says it. Empty strings ask for nothing."""

import re
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from accounts.text import fold
from forum.pages import page_number

_NAMES = {
    "words": "q",
    "organisation": "organisation",
    "college": "college",
    "topic": "sujet",
    "department": "departement",
    "country": "pays",
    "page": "page",
}
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")
_SHAPES = {
    "college": _SLUG,
    "topic": _SLUG,
    "department": re.compile(r"[0-9AB]{2,3}"),
    "country": re.compile(r"[A-Z]{2}"),
}
_LONGEST, _MOST_WORDS = 100, 6


@dataclass(frozen=True)
class Asked:
    """Who or what is looked for, and which page of it."""

    words: str = ""
    organisation: str = ""
    college: str = ""
    topic: str = ""
    department: str = ""
    country: str = ""
    page: int = 1

    @classmethod
    def of(cls, params):
        """What query ``params`` ask; what is not understood asks for nothing."""
        typed = {name: _line(params, name) for name in ("words", "organisation")}
        named = {name: _named(params, name, shape) for name, shape in _SHAPES.items()}
        return cls(**typed, **named, page=page_number(params))

    def __bool__(self):
        """Whether anything is asked, beside a page."""
        return replace(self, page=1) != Asked()

    def address(self, **changed):
        """This page's own address with ``changed`` parts; from the first page on."""
        it = replace(self, **({"page": 1} | changed))
        values = {_NAMES[one.name]: getattr(it, one.name) for one in fields(it)}
        values["page"] = it.page if it.page > 1 else ""
        return "?" + urlencode({name: value for name, value in values.items() if value})


def words_in(typed):
    """The words looked for, folded, a few at most."""
    return fold(typed).split()[:_MOST_WORDS]


def _line(params, name):
    """One line of plain words: what is no character to read parts them."""
    typed = params.get(_NAMES[name], "")[:_LONGEST]
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())


def _named(params, name, shape):
    asked = params.get(_NAMES[name], "")
    return asked if shape.fullmatch(asked) else ""
