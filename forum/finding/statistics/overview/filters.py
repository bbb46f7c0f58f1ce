"""The filters of the animators' page of statistics, as its query string gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.base.pagination import page_number
from accounts.base.query_filters import QueryFilters
from accounts.base.text import printable_line

#: What the page shows; the first where nothing is asked for.
VIEWS = {
    "": _("Questions sans réponse"),
    "silences": _("Silences"),
    "echanges": _("Échanges"),
    "nouveaux": _("Nouveaux venus"),
    "rencontres": _("Rencontres"),
}
_MAX_LENGTH = 60


@dataclass(frozen=True)
class OverviewFilters(QueryFilters):
    """Which part of the page is shown, and of which topic."""

    view: str = ""
    topic: str = ""

    param_names: ClassVar[dict[str, str]] = {"view": "vue", "topic": "sujet"}
    not_filters: ClassVar[frozenset[str]] = frozenset({"page", "view"})

    @classmethod
    def from_query(cls, params: QueryDict) -> Self:
        """The filters of query ``params``; values that are not valid filter nothing."""
        view = params.get("vue", "")
        topic = printable_line(params.get("sujet", ""), _MAX_LENGTH)
        return cls(page_number(params), view if view in VIEWS else "", topic)
