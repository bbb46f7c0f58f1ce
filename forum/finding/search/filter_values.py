"""Filters as a compiled query takes them: their shape, and ids and days as its values.

As many places as there are ids would be a query for each number of them, so they are padded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from accounts.base.compiled_queries import padded_id_values
from forum.finding.search.filters import Meaning

#: Ids of one search; with more, its statement is not kept.
MAX_IDS = 512
ID_VALUE_NAMES = tuple(f"filtered_{n}" for n in range(MAX_IDS))
#: The days of filters, by the values that they are.
DAYS = {"depuis": "since_day", "avant": "before_day"}


class Placed(NamedTuple):
    """What a filter asks for: how many places its ids have."""

    name: str
    word: str
    size: int


def placed(
    meanings: tuple[Meaning, ...],
) -> tuple[tuple[Placed, ...], dict[str, Any]] | None:
    """The shape of ``meanings`` and the values of their places; None for too many ids."""
    shape: list[Placed] = []
    pks: list[int] = []
    for meaning in meanings:
        places = padded_id_values(meaning.pks)
        shape.append(Placed(meaning.name, meaning.word, len(places)))
        pks += places.values()
    if len(pks) > MAX_IDS:
        return None
    days = {DAYS[it.name]: it.day for it in meanings if it.day is not None}
    return tuple(shape), dict(zip(ID_VALUE_NAMES, pks, strict=False)) | days


def meanings_from(shape: tuple[Placed, ...], values: Mapping[str, Any]) -> tuple[Meaning, ...]:
    """The filters of ``shape`` with these ``values``, or with what stands for them."""
    names, meanings = iter(ID_VALUE_NAMES), []
    for place in shape:
        pks = tuple(values[next(names)] for _ in range(place.size))
        meanings.append(
            Meaning(place.name, pks, place.word, values.get(DAYS.get(place.name, "")))
        )
    return tuple(meanings)
