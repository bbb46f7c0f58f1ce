"""Medians, with the number that they stand on and their spread."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median, quantiles
from typing import NamedTuple

#: Sheets under which there is no median: two would say each other's figure.
LEAST = 3


class Spread(NamedTuple):
    """``median`` of ``count`` values; half of them lie from ``low`` to ``high``."""

    count: int  # type: ignore[assignment]
    low: Decimal
    median: Decimal
    high: Decimal


def spread_of(values: Iterable[Decimal]) -> Spread | None:
    """The median of ``values``, None where they are fewer than LEAST.

    ``low`` and ``high`` are their quartiles, the least and the greatest value counted in.
    """
    ordered = sorted(values)
    if len(ordered) < LEAST:
        return None
    low, _middle, high = quantiles(ordered, n=4, method="inclusive")
    return Spread(len(ordered), low, median(ordered), high)
