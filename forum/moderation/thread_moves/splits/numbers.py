"""Numbers of posts as one types them: 4, 7-30."""

import re
from collections.abc import Iterable
from itertools import groupby

_PART = re.compile(r"(?a)(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")
#: Numbers that are read at most, twice the same counted twice; a thread has fewer, mostly.
_MAX_NUMBERS = 10_000


def read_numbers(text: str) -> list[int] | None:
    """The numbers that ``text`` names, in order; None where it says something else."""
    numbers: set[int] = set()
    room = _MAX_NUMBERS
    for part in filter(None, map(str.strip, re.split("[,;\n]", text))):
        if not (match := _PART.fullmatch(part)):
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        room -= max(1, last - first + 1)
        if room < 0:
            return None
        numbers |= set(range(first, last + 1))
    return sorted(numbers)


def write_numbers(numbers: Iterable[int]) -> str:
    """The same as ``read_numbers`` reads: ranges where there are three in a row."""
    runs = groupby(enumerate(sorted(set(numbers))), lambda pair: pair[1] - pair[0])
    parts = []
    for _step, pairs in runs:
        run = [number for _n, number in pairs]
        if len(run) > 2:
            parts.append(f"{run[0]}-{run[-1]}")
        else:
            parts.extend(map(str, run))
    return ", ".join(parts)
