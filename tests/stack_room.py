"""Room for the frames of a test's calls, taken once a test.

CPython keeps the frames of calls in pieces of 16 KB. A loop whose calls cross from one piece
into the next asks the kernel for a piece at each crossing and gives it back: a page took 240
of them, a sixth of its time. A frame that is said to be large lies in a piece of its own
size, in which the frames of what it calls have room.
"""

from types import FunctionType

#: In words of 8 bytes; the piece that it takes is the next power of two, 1 MB.
_ROOM = 66_000


def with_room[Function: FunctionType](function: Function) -> Function:
    """Have ``function`` take room for the frames of all that it calls."""
    function.__code__ = function.__code__.replace(co_stacksize=_ROOM)
    return function
