"""Months as people type them: « mars 2024 », « 03/2024 », « 2024 »."""

from __future__ import annotations

import re

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.text import fold

_SHORTEST_NAME = 3
_NUMBERS = re.compile(r"(?:([0-9]{1,2})[/.\- ])?((?:19|20)[0-9][0-9])")
_ISO = re.compile(r"((?:19|20)[0-9][0-9])-([0-9]{1,2})")
_NAMED = re.compile(r"([a-z]{3,12})\.? ?((?:19|20)[0-9][0-9])")


def parse_month(typed: str) -> str | None:
    """``typed`` as "2024" or "2024-03"; "" for nothing, None for what is neither."""
    words = fold(typed[:40])
    if not words:
        return ""
    if match := _NUMBERS.fullmatch(words):
        month, year = match[1], match[2]
    elif match := _ISO.fullmatch(words):
        year, month = match[1], match[2]
    elif match := _NAMED.fullmatch(words):
        month, year = _month_named(match[1]), match[2]
        if month is None:
            return None
    else:
        return None
    if month is None:
        return year
    return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None


def month_text(month: str) -> str:
    """ "2024-03" as « mars 2024 », "2024" as it is."""
    year, _dash, number = month.partition("-")
    return f"{MONTHS[int(number)]} {year}" if number else year


def invalid_month() -> str:
    """What somebody is told who typed something else."""
    return _("Écrivez une année, ou un mois et une année : « mars 2024 », « 03/2024 ».")


def _month_named(word: str) -> int | None:
    for language in "fr", "en":
        with override(language):
            for number, name in MONTHS.items():
                if fold(str(name)).startswith(word[:4]) and len(word) >= _SHORTEST_NAME:
                    return number
    return None
