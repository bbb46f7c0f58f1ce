"""A plot of one indicator against another, as the template draws it: no script, no library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import get_language

from forum.library.sheets.quantities.amounts import unit_for
from forum.library.sheets.quantities.typed_numbers import spelled

#: The measures of the drawing; it grows and shrinks with its place.
WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 28, 42
#: The radius of a point, and half the width and height of its number.
RADIUS, _HALF_WIDTH, _HALF_HEIGHT = 4, 6.5, 4.5
#: Where a number may stand beside its point: nearby, else at the end of a line.
_NEAR = ((11, 0), (-11, 0), (0, -9), (0, 9), (9, -8), (-9, -8), (9, 8), (-9, 8))
_LABEL_OFFSETS = (*_NEAR, *((x * reach, y * reach) for reach in (2, 3) for x, y in _NEAR))
#: Where the greatest value is so many times the least, the axis counts in powers of ten.
_WIDE = 50


class Tick(NamedTuple):
    """A mark on an axis, ``at`` a place of the drawing."""

    at: float
    label: str


class Point(NamedTuple):
    """A sheet in the drawing: its number in the table, and where it is.

    ``label``: where its number stands, on no other number or point; None where all is taken.
    """

    number: int
    x: float
    y: float
    is_other_tax: bool
    label: tuple[float, float] | None = None

    @property
    def has_far_label(self) -> bool:
        """Whether a line must tell of which point the number is."""
        places = {(self.x + x, self.y + y) for x, y in _NEAR}
        return self.label is not None and self.label not in places


class Axis(NamedTuple):
    """An axis: its marks, and the symbol of what they count."""

    ticks: tuple[Tick, ...]
    symbol: str
    is_logarithmic: bool


class Plot(NamedTuple):
    """All that is drawn."""

    points: tuple[Point, ...]
    x: Axis
    y: Axis


def plot_of(pairs: Sequence[tuple[int, Decimal, Decimal, bool]], x: str, y: str) -> Plot | None:
    """The plot of ``pairs``, (number, value across, value up, with another tax).

    ``x`` and ``y`` are the symbols of the values. None where fewer than two can be drawn.
    """
    if len(pairs) < 2:
        return None
    across = _Scale([pair[1] for pair in pairs], LEFT, WIDTH - RIGHT)
    up = _Scale([pair[2] for pair in pairs], HEIGHT - BOTTOM, TOP)
    points = [
        Point(number, across.place(x_value), up.place(y_value), is_other)
        for number, x_value, y_value, is_other in pairs
    ]
    return Plot(_labelled(points), across.axis(x), up.axis(y))


def _labelled(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points, each with a place for its number."""
    labels: list[tuple[float, float]] = []
    labelled = []
    for point in points:
        places = ((point.x + x, point.y + y) for x, y in _LABEL_OFFSETS)
        label = next((it for it in places if _is_free(*it, points, labels)), None)
        labelled.append(point._replace(label=label))
        if label:
            labels.append(label)
    return tuple(labelled)


def _is_free(
    x: float, y: float, points: Sequence[Point], labels: Sequence[tuple[float, float]]
) -> bool:
    """Whether a number at this place is in the drawing, and on no point or other number."""
    wide, high = _HALF_WIDTH + RADIUS, _HALF_HEIGHT + RADIUS
    return (
        _HALF_WIDTH <= x <= WIDTH - _HALF_WIDTH
        and _HALF_HEIGHT + TOP / 2 <= y <= HEIGHT - BOTTOM + _HALF_HEIGHT
        and not any(abs(it.x - x) < wide and abs(it.y - y) < high for it in points)
        and not any(
            abs(at - x) < 2 * _HALF_WIDTH and abs(up - y) < 2 * _HALF_HEIGHT
            for at, up in labels
        )
    )


class _Scale:
    """How values become places, from ``first`` to ``last``."""

    def __init__(self, values: Iterable[Decimal], first: float, last: float) -> None:
        least, greatest = float(min(values)), float(max(values))
        self.is_logarithmic = least > 0 and greatest / least >= _WIDE
        self._first, self._last = first, last
        self._low: float
        if self.is_logarithmic:
            low = math.floor(math.log10(least))
            self._low, self._high = low, math.log10(greatest) + 0.05
            self._marks = [10.0**power for power in range(low, math.ceil(self._high) + 1)]
        else:
            step = _round_step(max(greatest, 0.0) / 4 or 1.0)
            count = max(1, math.ceil(greatest / step * 1.0001))
            self._low, self._high = min(0.0, least), step * count
            self._marks = [step * index for index in range(count + 1)]
        self._greatest = Decimal(greatest)

    def place(self, value: Decimal | float) -> float:
        """Where ``value`` is drawn."""
        number = math.log10(float(value)) if self.is_logarithmic else float(value)
        fraction = (number - self._low) / (self._high - self._low)
        return round(self._first + fraction * (self._last - self._first), 1)

    def axis(self, symbol: str) -> Axis:
        """Its marks, in a unit that keeps them short."""
        factor, shown = unit_for(self._greatest, symbol)
        english = get_language() == "en"
        ticks = []
        for mark in self._marks:
            if self.is_logarithmic and math.log10(mark) > self._high:
                continue
            number = Decimal(f"{mark:.9g}") / factor
            ticks.append(Tick(self.place(mark), spelled(number, english=english)))
        return Axis(tuple(ticks), shown, self.is_logarithmic)


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, not below ``step``."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(
        float(f"{it * power:.12g}") for it in (1, 2, 5, 10) if it * power >= step * 0.9999
    )
