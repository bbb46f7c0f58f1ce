"""What is compared, as a query string says it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from forum.library.sheets.comparison.indicators import INDICATORS
from forum.library.sheets.figures.figure_kinds import FigureKind, Tax
from forum.library.sheets.filters import SheetSelection

PER_INHABITANT = "habitant"
TAXES = (Tax.EXCLUDED.value, Tax.INCLUDED.value)


@dataclass(frozen=True)
class ComparisonFilters(SheetSelection):
    """Which sheets are compared, and by what."""

    x: str = FigureKind.POWER.value
    y: str = FigureKind.INVESTMENT.value
    per: str = ""
    tax: str = Tax.EXCLUDED.value

    param_names: ClassVar[dict[str, str]] = SheetSelection.selection_params | {
        "x": "x",
        "y": "y",
        "per": "par",
        "tax": "taxe",
    }
    not_filters: ClassVar[frozenset[str]] = frozenset({"page", "x", "y", "per", "tax"})
    choices: ClassVar[dict[str, Collection[str]]] = SheetSelection.choices | {
        "x": INDICATORS, "y": INDICATORS, "per": [PER_INHABITANT], "tax": TAXES,
    }  # fmt: skip
