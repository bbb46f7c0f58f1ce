"""What is compared, as a query string says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line
from forum.sheets.comparison.indicators import INDICATORS
from forum.sheets.figures.figure_kinds import FigureKind, Tax

#: Territories by their inhabitants: from, and below.
SIZES: dict[str, tuple[str | Promise, int, int | None]] = {
    "moins-de-2000": (_("moins de 2 000 habitants"), 0, 2_000),
    "2000-10000": (_("de 2 000 à 10 000"), 2_000, 10_000),
    "10000-50000": (_("de 10 000 à 50 000"), 10_000, 50_000),
    "plus-de-50000": (_("50 000 et plus"), 50_000, None),
}
PER_INHABITANT = "habitant"
TAXES = (Tax.EXCLUDED.value, Tax.INCLUDED.value)
_MAX_LENGTH = 100
_CHOICES = {
    "size": SIZES, "x": INDICATORS, "y": INDICATORS, "per": [PER_INHABITANT], "tax": TAXES,
}  # fmt: skip


@dataclass(frozen=True)
class ComparisonFilters(QueryFilters):
    """Which sheets are compared, and by what."""

    topic: str = ""
    territory: str = ""
    size: str = ""
    since: str = ""
    x: str = FigureKind.POWER.value
    y: str = FigureKind.INVESTMENT.value
    per: str = ""
    tax: str = Tax.EXCLUDED.value

    param_names: ClassVar[dict[str, str]] = {
        "topic": "sujet",
        "territory": "territoire",
        "size": "taille",
        "since": "depuis",
        "x": "x",
        "y": "y",
        "per": "par",
        "tax": "taxe",
    }
    not_filters: ClassVar[frozenset[str]] = frozenset({"page", "x", "y", "per", "tax"})

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        typed = {
            name: printable_line(params[param], _MAX_LENGTH)
            for name, param in cls.param_names.items()
            if param in params
        }
        for name, choices in _CHOICES.items():
            if typed.get(name) not in choices:
                typed.pop(name, None)
        since = typed.get("since", "")
        if not (since.isdecimal() and since.isascii() and len(since) == 4):
            typed.pop("since", None)
        return cls(**typed)
