"""Where a text names somebody: ``@`` and what follows it on the line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from accounts.base.text import fold

#: Characters and words of a name, at most.
MAX_LENGTH, _MAX_WORDS = 130, 16
#: Names that are looked at in a text: one with more mentions nobody beyond.
MAX_NAMES = 20

#: Not in an address: there a letter, a digit or a dot comes before.
_AT = re.compile(r"(?<![\w.@/+-])@(?=\w)")
_WORD_END = re.compile(r"\w(?!\w)|\)")


def names_in(text: str) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Where each ``@`` of ``text`` is, and what may be the name, the longest first.

    Each is where it ends and the name, folded: of « @Claire Le Bihan, merci » those are
    "claire le bihan, merci", "claire le bihan", "claire le" and "claire".
    """
    for count, at in enumerate(_AT.finditer(text)):
        if count == MAX_NAMES:
            return
        line = text[at.end() : at.end() + MAX_LENGTH].partition("\n")[0]
        ends = [match.end() for match in _WORD_END.finditer(line)][:_MAX_WORDS]
        names = [(at.end() + end, fold(line[:end])) for end in reversed(ends)]
        yield at.start(), names
