"""Numbers as people type them, in French and in English."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

#: Digits before and after the decimal mark of what is taken for a number.
MAX_INTEGER_DIGITS, MAX_DECIMALS = 15, 6

_GROUPS_OF_SPACES = re.compile(r"\d{1,3}(?: \d{3})+")
_GROUPS_OF = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,'"}


class TypedNumber(NamedTuple):
    """What digits and marks may mean, the likeliest first: one value, or two to choose from."""

    values: tuple[Decimal, ...]


def read_number(typed: str) -> TypedNumber | None:
    """What ``typed``, ASCII digits with single spaces, dots and commas, may mean.

    None where it is no number that we read. « 1.234 » and « 1,234 » have two values.
    """
    marks = [c for c in typed if c in ".,"]
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        whole, decimals = typed.rsplit(marks[-1], 1)
        return _value(_whole(whole), decimals)
    if len(set(marks)) == 2:
        return None
    if len(marks) != 1:
        return _value(_whole(typed), "")
    whole, decimals = typed.split(marks[0])
    alone = _value(_whole(whole), decimals)
    looks_grouped = len(decimals) == 3 and 1 <= len(whole) <= 3 and whole.isdigit()
    if alone is None or not looks_grouped or whole.startswith("0"):
        return alone
    return TypedNumber((alone.values[0], Decimal(whole + decimals)))


def _whole(typed: str) -> str | None:
    """The digits of a whole number, its groups taken away; None where they are uneven."""
    if typed.isdigit():
        return typed
    if _GROUPS_OF_SPACES.fullmatch(typed):
        return typed.replace(" ", "")
    for mark, groups in _GROUPS_OF.items():
        if groups.fullmatch(typed):
            return typed.replace(mark, "")
    return None


def _value(whole: str | None, decimals: str) -> TypedNumber | None:
    if whole is None or (decimals and not decimals.isdigit()):
        return None
    if len(whole) > MAX_INTEGER_DIGITS or len(decimals) > MAX_DECIMALS:
        return None
    return TypedNumber((Decimal(f"{whole}.{decimals or 0}"),))


def spelled(number: Decimal, *, english: bool = False) -> str:
    """``number`` with its thousands apart: « 1 234,5 », or *1,234.5*."""
    text = f"{number.normalize():,f}"
    if english:
        return text
    whole, _dot, decimals = text.partition(".")
    whole = whole.replace(",", "\u202f")
    return f"{whole},{decimals}" if decimals else whole
