"""How much work something is, which no busy machine changes: its calls, counted."""

import sys
from collections.abc import Callable


def calls_of(function: Callable[..., object], *args: object) -> int:
    """How many calls and returns, of Python and of C, ``function`` of ``args`` takes."""
    count = 0

    def count_calls(_frame, _event, _arg):
        nonlocal count
        count += 1

    sys.setprofile(count_calls)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return count
