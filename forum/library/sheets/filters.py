"""By what sheets are chosen, as query strings say it: in their list and for their figures."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.base.pagination import page_number
from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line


class NumberRange(NamedTuple):
    """Numbers from ``low`` on, and below ``high`` if it is not None; ``label`` says which."""

    label: str | Promise
    low: int
    high: int | None


#: Territories by their inhabitants.
SIZES: dict[str, NumberRange] = {
    "moins-de-2000": NumberRange(_("moins de 2 000 habitants"), 0, 2_000),
    "2000-10000": NumberRange(_("de 2 000 à 10 000"), 2_000, 10_000),
    "10000-50000": NumberRange(_("de 10 000 à 50 000"), 10_000, 50_000),
    "plus-de-50000": NumberRange(_("50 000 et plus"), 50_000, None),
}
#: Sheets by what was invested, in euros, with VAT or without as each says it.
COSTS: dict[str, NumberRange] = {
    "moins-de-100k": NumberRange(_("moins de 100\u00a0k€"), 0, 100_000),
    "100k-1m": NumberRange(_("de 100\u00a0k€ à 1\u00a0M€"), 100_000, 1_000_000),
    "1m-5m": NumberRange(_("de 1 à 5\u00a0M€"), 1_000_000, 5_000_000),
    "plus-de-5m": NumberRange(_("5\u00a0M€ et plus"), 5_000_000, None),
}
_YEAR = re.compile(r"(?:19|20)[0-9][0-9]")
_MAX_LENGTH = 100


@dataclass(frozen=True)
class SheetSelection(QueryFilters):
    """What the list of sheets and the page of their figures both choose by.

    ``since`` and ``until``: the first and the last year of being put into service.
    """

    topic: str = ""
    territory: str = ""
    size: str = ""
    cost: str = ""
    since: str = ""
    until: str = ""

    selection_params: ClassVar[dict[str, str]] = {
        "topic": "sujet",
        "territory": "territoire",
        "size": "taille",
        "cost": "cout",
        "since": "depuis",
        "until": "jusqu",
    }
    param_names: ClassVar[dict[str, str]] = selection_params
    #: What each may be, where that is not any text.
    choices: ClassVar[dict[str, Collection[str]]] = {"size": SIZES, "cost": COSTS}

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing.

        Years that are the wrong way round are put right.
        """
        typed: dict[str, Any] = {
            name: printable_line(str(params[param]), _MAX_LENGTH)
            for name, param in cls.param_names.items()
            if param in params
        }
        for name, choices in cls.choices.items():
            if typed.get(name) not in choices:
                typed.pop(name, None)
        years = [typed.pop(name, "") for name in ("since", "until")]
        since, until = (year if _YEAR.fullmatch(year) else "" for year in years)
        if since and until:
            since, until = sorted((since, until))
        return cls(**typed, since=since, until=until, page=page_number(params))

    @property
    def selection_query(self) -> str:
        """The same choice as the other page's query string; "" where nothing is chosen."""
        chosen = {
            param: getattr(self, name)
            for name, param in self.selection_params.items()
            if getattr(self, name)
        }
        return f"?{urlencode(chosen)}" if chosen else ""


@dataclass(frozen=True)
class SheetFilters(SheetSelection):
    """What is searched for among sheets."""

    words: str = ""

    param_names: ClassVar[dict[str, str]] = {"words": "q"} | SheetSelection.selection_params
