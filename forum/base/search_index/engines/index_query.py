"""What an engine is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Self

#: Conditions that no query has more of.
MAX_CONDITIONS = 16


class IndexQuery(NamedTuple):
    """Conditions in the words of an engine, all of which hold where a document is found.

    ``first``: the id of the first document to look at.
    """

    conditions: tuple[str, ...]
    first: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """The conditions by the names of ``VALUE_NAMES``, as a compiled query takes values."""
        names = _CONDITION_NAMES[: len(self.conditions)]
        return dict(zip(names, self.conditions, strict=True)) | {"first": self.first}

    @classmethod
    def from_values(cls, size: int, values: Mapping[str, Any]) -> Self:
        """The query of ``size`` conditions with these ``values``, or their placeholders."""
        names = _CONDITION_NAMES[:size]
        return cls(tuple(values[name] for name in names), values["first"])


_CONDITION_NAMES = tuple(f"condition_{n}" for n in range(MAX_CONDITIONS))
VALUE_NAMES = (*_CONDITION_NAMES, "first")


def ranges(latest: int, size: int, units: Collection[int]) -> tuple[int, range]:
    """The unit and the numbers of the ranges of ids that hold the newest ``size``.

    Range *n* of a unit holds its ids from *n* times the unit on.
    """
    unit = max(it for it in units if it <= size)
    number = latest // unit
    return unit, range(max(0, number - size // unit), number + 1)
